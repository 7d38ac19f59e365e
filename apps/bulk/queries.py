"""What bulk changes read, always of companies that the person serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from apps.accounts.models import User
from apps.bulk.groups import NAMED
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.services import concerned
from apps.companies.access import CompanyAccess, OfficeAccess, enter
from apps.companies.fields import as_business_id
from apps.companies.models import Company, Membership
from apps.resources.board import Board
from apps.resources.catalogue import Catalogue
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet


def client(access: OfficeAccess, business_id: str) -> CompanyAccess | None:
    """Return the person's access to one client company, if it is one."""
    asked = access.companies.filter(business_id=as_business_id(business_id))
    membership = Membership.objects.visible_to(access.user).filter(company__in=asked).first()
    return enter(membership, access.user) if membership else None


def entered(change: BulkChange) -> list[tuple[BulkItem, CompanyAccess | None]]:
    """Return every company of a change, each with the person's access as far as there is one."""
    mine = Q(company__memberships__user=change.by)
    items = change.items.annotate(own=FilteredRelation("company__memberships", condition=mine))
    both = items.select_related("company", "own")  # type: ignore[misc]
    return [(item, _access(item, change.by)) for item in both.order_by("pk")]


def _access(item: BulkItem, user: User) -> CompanyAccess | None:
    membership: Membership | None = getattr(item, "own", None)
    if membership is None:
        return None
    membership.company = item.company
    return enter(membership, user)


def boards(change: BulkChange, catalogue: Catalogue) -> Mapping[int, Board]:
    """Return what a change reads of the rights of each of its companies, in one statement."""
    listings = Listing.objects.filter(company__in=change.items.values("company"))
    found: dict[int, dict[int | None, ResourceSet]] = {}
    rows = concerned(change, listings).values_list("company_id", "integration_id", "allowed")
    for company, integration, allowed in rows:
        found.setdefault(company, {})[integration] = allowed  # type: ignore[assignment]
    known = {pk for allowed in found.values() for pk in allowed}
    by_pk = {one.pk: one for one in catalogue.integrations(known)}
    return {
        company: Board(allowed, [by_pk[pk] for pk in allowed if pk], catalogue)
        for company, allowed in found.items()
    }


class NamedItem(Protocol):
    """A company of a change, with how many share its state and reason."""

    company: Company
    state: str
    why: str
    served: bool
    total: int


def named(change: BulkChange, access: OfficeAccess) -> list[NamedItem]:
    """Return the first companies of each state and reason, in order, all as of one moment.

    Of companies that the person serves no more there is one item without a name to be shown.
    """
    alike = [F("state"), F("why"), F("served")]
    served = Exists(access.companies.filter(pk=OuterRef("company")))
    numbered = change.items.annotate(served=served).annotate(
        number=Window(RowNumber(), partition_by=alike, order_by="pk"),
        total=Window(Count("pk"), partition_by=alike),
    )
    first = numbered.filter(number__lte=NAMED).select_related("company").order_by("pk")
    return list(first)
