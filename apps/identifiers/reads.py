"""Every question about many identifiers, and one of them as one company knows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from apps.companies import rules as companies
from apps.companies.access import CompanyAccess
from apps.companies.rules import SOON, Grants
from apps.identifiers import rules
from apps.identifiers.models import FAR, ApiIdentifier, ApiIdentifierQuerySet, IdentifierStop
from apps.identifiers.rules import Hindrance, Owner, Purpose, Shown
from apps.resources.models import Integration

MOST_ENDING = 50


@dataclass(frozen=True)
class InCompany:
    """An identifier as one company knows it at a moment.

    ``hindrance`` is why it does not work there, if so; ``end`` is that of its own or of its
    owner's membership, whichever comes first; ``integration_name`` is empty where the company
    does not know of the integration (docs/decisions/004).
    """

    identifier: ApiIdentifier
    hindrance: Hindrance | None
    stopped: bool
    end: datetime | None
    ends_with_membership: bool
    integration_name: str

    @classmethod
    def of(cls, found: Any, now: datetime) -> InCompany:
        """Judge one row of ``ApiIdentifierQuerySet.in_company``."""
        stopped = found.stopped_at is not None
        end = rules.first_end(found.valid_until, found.member_until)
        return cls(
            identifier=found,
            hindrance=rules.hindrance(state=found.state, owner=_owner(found, now), stopped=stopped),
            stopped=stopped,
            end=end,
            ends_with_membership=end is not None and end == found.member_until,
            integration_name=found.name_of_integration(is_listed=found.is_listed),
        )


def _owner(found: Any, now: datetime) -> Owner:
    return Owner(
        active=found.owner.is_active,
        grants=Grants.read([], found.levels or {}) if found.member else None,
        period=companies.validity(now=now, start=found.member_from, end=found.member_until),
    )


def own(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Return one of the person's own; raises ApiIdentifier.DoesNotExist for any other."""
    return ApiIdentifier.objects.visible_to(access.user).select_related("integration").get(pk=pk)


def own_here(access: CompanyAccess, pk: int) -> InCompany:
    """Return one of the person's own as the company knows it; raises as ``own``."""
    return InCompany.of(mine(access).get(pk=pk), timezone.now())


def mine(access: CompanyAccess, *, excel_only: bool = False) -> ApiIdentifierQuerySet:
    """Return the person's own, newest first, each with its last use.

    And with what decides whether it works here.
    """
    found = ApiIdentifier.objects.visible_to(access.user).in_company(access.company)
    found = found.with_last_use()
    return found.filter(purpose=Purpose.EXCEL) if excel_only else found


def of_members(access: CompanyAccess, *, text: str, shown: Shown) -> ApiIdentifierQuerySet:
    """Return those of all members whose owner, User ID or note contains a text, newest first."""
    found = _shown(access, shown).with_last_use(access.company)
    return found.matching(access, text) if text else found


def _shown(access: CompanyAccess, shown: Shown) -> ApiIdentifierQuerySet:
    match shown:
        case Shown.WORKS:
            return _at_work(access)
        case Shown.ENDING:
            return _at_work(access).ending()
        case Shown.STOPPED:
            return ApiIdentifier.objects.stopped_in(access.company)
    return ApiIdentifier.objects.of_members(access)


def _at_work(access: CompanyAccess) -> ApiIdentifierQuerySet:
    """Return those that work in the company: all are of members."""
    return ApiIdentifier.objects.in_company(access.company).working_here()


def ending(access: CompanyAccess) -> list[InCompany]:
    """Return what ends soon: one's own identifiers, for KH and TPK everybody's."""
    found = _at_work(access).ending()
    if not access.oversees_identifiers:
        found = found.filter(owner=access.user)
    now = timezone.now()
    return [InCompany.of(one, now) for one in found[:MOST_ENDING]]


Ending = tuple[int, int, int, datetime]
"""An identifier, its owner, a company where it ends, and when."""


def ending_everywhere(
    now: datetime,
) -> tuple[QuerySet[ApiIdentifier, Ending], QuerySet[ApiIdentifier, Ending]]:
    """Return what ends soon by itself, and what ends only with its owner's membership.

    In every company where the owner is a member and it was not stopped. Nobody's access limits
    it: the mails that follow tell each company its own.
    """
    members = _with_memberships(now)
    until = now + SOON
    alone = members.filter(valid_until__gt=now, valid_until__lte=until)
    lasts = Q(valid_until=None) | Q(valid_until__gt=until)
    return _as_ending(alone), _as_ending(members.filter(lasts, Q(member_until__lte=until)))


def _with_memberships(now: datetime) -> ApiIdentifierQuerySet:
    begun = Q(owner__memberships__valid_from=None) | Q(owner__memberships__valid_from__lte=now)
    lasts = Q(owner__memberships__valid_until=None) | Q(owner__memberships__valid_until__gt=now)
    found = ApiIdentifier.objects.exclude(purpose=Purpose.EXCEL).filter(
        begun,
        lasts,
        owner__memberships__opens_anything=True,
        owner__is_active=True,
        deactivated_at=None,
    )
    named = found.annotate(
        company=F("owner__memberships__company"), member_until=F("owner__memberships__valid_until")
    )
    stops = IdentifierStop.objects.filter(identifier=OuterRef("pk"), company=OuterRef("company"))
    return named.filter(~Exists(stops))


def _as_ending(found: ApiIdentifierQuerySet) -> QuerySet[ApiIdentifier, Ending]:
    ends = Least(Coalesce("valid_until", Value(FAR)), Coalesce("member_until", Value(FAR)))
    return found.order_by().values_list("pk", "owner", "company", ends)


def companies_of(access: CompanyAccess, identifier: ApiIdentifier) -> list[str]:
    """Return the names of the companies where one's own works, or would once it is resumed."""
    memberships = access.user.memberships.in_force().with_any_function()
    memberships = memberships.exclude(company__in=identifier.stops.values("company"))
    by_name = memberships.order_by("company__name_sorted", "company__business_id")
    return list(by_name.values_list("company__name", flat=True))


def integration(
    access: CompanyAccess, public_id: str, found: Collection[str]
) -> Integration | None:
    """Return an integration that the person may know of: ``found`` are those found by their key."""
    visible = Integration.objects.visible_to(access, found)
    return visible.filter(public_id=public_id).first() if public_id else None


def integrations(access: CompanyAccess) -> list[tuple[Integration, bool]]:
    """Return the integrations that an identifier can be for, each with whether it is in the list.

    Which are in the list, custom ones above all, is known to those alone who may see the rights;
    to others the finished ones are offered, which are public, without a word on the list.
    """
    if not access.may_view_rights:
        finished = Integration.objects.filter(kind=Integration.Kind.FINISHED, retired=False)
        return [(one, False) for one in finished]
    found = Integration.objects.visible_to(access).with_listed(access)
    return [(one, one.is_listed) for one in found]  # type: ignore[attr-defined]


def working_identifiers(access: CompanyAccess) -> int:
    """Count the identifiers that work in a company; those of workbooks serve nobody else."""
    found = ApiIdentifier.objects.at_work(access.company)
    return found.exclude(purpose=Purpose.EXCEL).count()
