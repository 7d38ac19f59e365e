"""What bulk changes read, always of companies that the person serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import RowNumber

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.rules import Action, Outcome, Past, Picked, State, outcome
from apps.companies.access import CompanyAccess, OfficeAccess, enter
from apps.companies.fields import as_business_id
from apps.companies.models import Company, CompanyQuerySet, Membership
from apps.core.text import fold
from apps.replay import reads as replays
from apps.replay.reads import Found, Wanted
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import CatalogueVersion, Listing
from apps.resources.rules import Board, ResourceSet, Stored
from apps.rights.rules import answered

SHOWN_AT_MOST = 100
"""How many companies can be ticked one by one."""
NAMED = 100
"""How many companies of each kind a page names."""
LAST = 10
"""How many earlier bulk changes are listed."""


def own(access: OfficeAccess, pk: UUID) -> BulkChange:
    """Return one of the person's own bulk changes; raises BulkChange.DoesNotExist for others'."""
    return _own(access).get(pk=pk)


def own_with_catalogue(access: OfficeAccess, pk: UUID) -> tuple[BulkChange, Catalogue]:
    """Return it with the catalogue, in one statement; raises as ``own``."""
    version = Subquery(CatalogueVersion.objects.values("version")[:1])
    found: Any = _own(access).annotate(version=version).get(pk=pk)
    return found, resources.catalogue_of(found.version)


def _own(access: OfficeAccess) -> QuerySet[BulkChange]:
    return BulkChange.objects.visible_to(access.user).select_related("by")


def last(access: OfficeAccess) -> list[BulkChange]:
    """Return the person's last bulk changes that were started, with how many companies in all."""
    mine = BulkChange.objects.visible_to(access.user).exclude(started_at=None)
    total = Count("items", filter=~Q(items__state=State.LEFT_OUT))
    return list(mine.annotate(total=total).order_by("-started_at", "-pk")[:LAST])


def put_back_by(access: OfficeAccess, change: BulkChange) -> BulkChange | None:
    """Return the change that put one back, once it was started."""
    started = BulkChange.objects.visible_to(access.user).exclude(started_at=None)
    return started.filter(puts_back=change).first()


@dataclass(frozen=True)
class Example:
    """A client company whose rights others shall get: what is allowed there, by integration."""

    company: Company
    allowed: Mapping[int | None, ResourceSet]


def example(access: OfficeAccess, text: str) -> Example | None:
    """Return the one client company with a name or business id, if its rights may be seen."""
    is_it = Q(business_id=as_business_id(text)) | Q(name_folded=fold(text))
    asked = access.companies_seen.filter(is_it)
    companies = list(asked[:2]) if text and "\x00" not in text else []
    if len(companies) != 1:
        return None
    listings = Listing.objects.filter(company=companies[0])
    return Example(companies[0], dict(listings.values_list("integration_id", "allowed")))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Candidates:
    """The companies that can be chosen: the first of them, how many there are in all.

    Of those that are not among the first ``left_out`` were unticked and ``also`` ticked. Of all
    that are found ``missing`` were unticked. ``clients`` is how many client companies there
    are, ``unknown`` are ids or names of none.
    """

    first: list[Company]
    total: int
    clients: int
    left_out: list[Company]
    also: list[Company]
    missing: int
    unknown: list[str]


class Ticks(Protocol):
    """What was ticked and unticked by hand, and whether a filter narrows what is found."""

    @property
    def ticked(self) -> frozenset[str]: ...
    @property
    def unticked(self) -> frozenset[str]: ...
    @property
    def narrows(self) -> bool: ...


def candidates(
    access: OfficeAccess, found: CompanyQuerySet, ticks: Ticks, named: Sequence[str]
) -> Candidates:
    """Return the companies found, and what became of those that were ticked, unticked or named."""
    first, unticked, ticked = list(found[:SHOWN_AT_MOST]), ticks.unticked, ticks.ticked
    total = len(first) if len(first) < SHOWN_AT_MOST else found.count()
    elsewhere = (unticked | ticked) - {company.business_id for company in first}
    rest = access.companies.filter(business_id__in=elsewhere).order_by("name_sorted")
    others = list(rest) if elsewhere else []
    return Candidates(
        first=first,
        total=total,
        clients=access.companies.count() if ticks.narrows else total,
        left_out=[one for one in others if one.business_id in unticked],
        also=[one for one in others if one.business_id in ticked],
        missing=found.filter(business_id__in=unticked).count() if unticked else 0,
        unknown=unknown(access, named),
    )


def unknown(access: OfficeAccess, named: Sequence[str]) -> list[str]:
    """Return the business ids and names that no client company has."""
    if not named:
        return []
    folded = list(map(fold, named))
    theirs = access.companies.filter(Q(business_id__in=named) | Q(name_folded__in=folded))
    known = set(chain.from_iterable(theirs.values_list("business_id", "name_folded")))
    return [one for one in named if one not in known and fold(one) not in known]


def chosen(
    access: OfficeAccess, found: CompanyQuerySet, picked: Picked
) -> tuple[CompanyQuerySet, CompanyQuerySet]:
    """Return the companies that were picked, and those found that were left out."""
    left_out = found.filter(business_id__in=picked.unticked)
    here = found.filter(business_id__in=picked.ticked)
    if picked.matching:
        here = found.exclude(business_id__in=picked.unticked)
    among = Q(pk__in=here.order_by().values("pk")) | Q(business_id__in=picked.also)
    return access.companies.filter(among), left_out


@dataclass(frozen=True)
class Checked:
    """One company of a draft, and what will happen there: nothing where it was left out."""

    company: Company
    served: bool
    left_out: bool
    outcome: Outcome
    board: Board

    @property
    def takes_away(self) -> bool:
        """Whether anything that is in force now will be no more."""
        return any(delta.removed or delta.loses for delta in self.outcome.deltas)

    @property
    def wanted(self) -> Wanted:
        """The change of rights, to be asked what it would have refused."""
        before = replays.rights_of(self.board)
        allowed = {delta.standing.subject: delta.allowed for delta in self.outcome.deltas}
        return Wanted(self.company, before, {**before, **allowed})


def check(access: OfficeAccess, change: BulkChange, catalogue: Catalogue) -> list[Checked]:
    """Return every company of a draft with what will happen there as things stand now."""
    theirs = change.items.values("company")
    seen = Listing.objects.filter(company__in=access.companies_seen).filter(company__in=theirs)
    past, boards = pasts(change), _boards(change, seen, catalogue)

    def checked(item: BulkItem) -> Checked:
        here, left_out = _access(item, access.user), item.state == State.LEFT_OUT
        board = boards[item.company_id]
        what = outcome(change, here, board, past[item.company_id])
        served = here is not None and here.serves
        return Checked(item.company, served, left_out, Outcome() if left_out else what, board)

    return [checked(item) for item in _items_with_membership(access, change)]


def would_refuse(
    access: OfficeAccess, change: BulkChange, checked: Iterable[Checked], catalogue: Catalogue
) -> Mapping[int, Found]:
    """Return the companies in which calls so far would have been refused, with which."""
    wanted = {one.company.pk: one.wanted for one in checked if one.takes_away}
    return replays.in_companies(access, catalogue, wanted, change.integration)


def _items_with_membership(access: OfficeAccess, change: BulkChange) -> QuerySet[BulkItem]:
    mine = Q(company__memberships__user=access.user)
    items = change.items.annotate(own=FilteredRelation("company__memberships", condition=mine))
    return items.select_related("company", "own").order_by("pk")  # type: ignore[misc]


def _access(item: BulkItem, user: User) -> CompanyAccess | None:
    membership: Membership | None = getattr(item, "own", None)
    if membership is None:
        return None
    membership.company = item.company
    return enter(membership, user)


def boards(change: BulkChange, accesses: Iterable[CompanyAccess]) -> Mapping[int, Board]:
    """Return what a change reads of the rights of some companies that are locked."""
    listings = Listing.objects.filter(company__in=[access.company.pk for access in accesses])
    return _boards(change, listings, resources.catalogue())


def _boards(
    change: BulkChange, listings: QuerySet[Listing], catalogue: Catalogue
) -> Mapping[int, Board]:
    """Return what a change reads of the rights of each company, in one statement."""
    if change.integration and change.action != Action.PUT_BACK:
        listings = listings.filter(Q(integration=None) | Q(integration=change.integration))
    found: dict[int, dict[int | None, Stored]] = defaultdict(dict)
    for one in listings:
        found[one.company_id][one.integration_id] = one.stored
    # All at once: the catalogue would ask for each company's own.
    resources.integrations(catalogue, {pk for stored in found.values() for pk in stored})
    unlisted = resources.board_of(catalogue, {})
    listed = {company: resources.board_of(catalogue, stored) for company, stored in found.items()}
    return defaultdict(lambda: unlisted, listed)


def pasts(
    change: BulkChange, companies: Iterable[int] | None = None
) -> Mapping[int, Mapping[int | None, Past]]:
    """Return what the change that is put back did, by company and integration.

    One statement, however many companies; none for any other change. Without access: preview
    and run ask it of the person's own change, and decide with the access to each company.
    """
    found: dict[int, dict[int | None, Past]] = defaultdict(dict)
    if change.puts_back is None:
        return found
    events = AuditEvent.objects.filter(bulk_id=change.puts_back.pk).order_by()
    if companies is not None:
        events = events.filter(company_id__in=list(companies))
    for event in events.annotate(newer=Exists(_newer())):
        added, removed = map(ResourceSet.from_column, (event.added, event.removed))
        latest = not event.newer  # type: ignore[attr-defined]
        past = Past(added, removed, latest=latest, answered=answered(event.before))
        found[event.company_id or 0][event.subject_id] = past
    return found


def _newer() -> QuerySet[AuditEvent]:
    same_subject = Q(subject_id=OuterRef("subject_id")) | Q(subject_id=None)
    return AuditEvent.objects.of_rights().filter(
        same_subject,
        company_id=OuterRef("company_id"),
        subject_kind=OuterRef("subject_kind"),
        added__isnull=False,
        pk__gt=OuterRef("pk"),
    )


class NamedItem(Protocol):
    """A company of a change, with how many share its state and reason."""

    company: Company
    state: str
    why: str
    served: bool
    total: int


def named(access: OfficeAccess, change: BulkChange) -> list[NamedItem]:
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
    return list(first)  # type: ignore[arg-type]


def items(access: OfficeAccess, change: BulkChange) -> QuerySet[BulkItem]:
    """Return the companies of a change that the person still serves."""
    served = change.items.filter(company__in=access.companies.values("pk"))
    return served.select_related("company")
