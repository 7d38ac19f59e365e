"""Which client companies are found, and which identifiers in them need attention.

Rights are decided in Python for each kind of listing that occurs (an integration and a set: few
kinds among thousands of companies), by the rule of the rights page; the database then looks for
the kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from operator import attrgetter, or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.functional import cached_property

from apps.audit.models import AuditEvent
from apps.clients.rules import BEYOND, Need, needs_of
from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.fields import as_business_id
from apps.companies.models import (
    Company,
    CompanyQuerySet,
    FormerMember,
    Membership,
    place_of_package,
)
from apps.companies.rules import SOON, Package, includes_interface
from apps.core.text import fold
from apps.identifiers.models import FAR, IdentifierStop
from apps.identifiers.rules import Purpose
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.rules import Board, ResourceSet, Standing, Stored

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a company was changed that never was."""
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("name_sorted", "business_id"),
    "attention": ("attention_order", "name_sorted", "business_id"),
    "business_id": ("business_id",),
    "traffic": ("traffic_order", "name_sorted", "business_id"),
    "package": ("package_order", "name_sorted", "business_id"),
    "integrations": ("-integrations", "name_sorted", "business_id"),
    "changed": ("-changed_at", "name_sorted", "business_id"),
}
"""What the list is sorted by; by name unless asked otherwise."""
WITHOUT_INTERFACE = [package for package in Package if not includes_interface(package)]
LASTING = [purpose for purpose in Purpose if purpose is not Purpose.EXCEL]


@dataclass(frozen=True)
class Clients:
    """The client companies of a person, and what can be asked of them.

    ``keys_found`` holds the public ids of custom integrations that this session has the key of.
    """

    access: OfficeAccess
    catalogue: Catalogue = field(default_factory=resources.catalogue)
    keys_found: Collection[str] = ()

    @property
    def near(self) -> dict[str, Any]:
        """Where conditions look: in all companies of their offices, which is quick to tell."""
        return {"company__office__in": [office.pk for office in self.access.all_offices]}

    @property
    def seen(self) -> Q:
        """The condition that the person may see a company's rights; of others none are told."""
        return Q(pk__in=self.access.companies_seen.order_by().values("pk"))

    @cached_property
    def kinds(self) -> list[Standing]:
        """Every pair of integration and allowed set that occurs where rights are seen, once."""
        listings = Listing.objects.filter(company__in=self.access.companies_seen)
        kinds: list[tuple[int | None, Any, bool]] = list(
            listings.order_by().values_list("integration_id", "allowed", "left_blocked").distinct()
        )
        known = resources.integrations(self.catalogue, {pk for pk, _, _ in kinds})
        by_pk = {one.pk: one for one in known}
        live = self.catalogue.live
        return [
            Standing.of(by_pk[pk] if pk else None, Stored(allowed, left=left), live)
            for pk, allowed, left in kinds
        ]

    @cached_property
    def integrations(self) -> list[Integration]:
        """Those that may be asked for: finished, listed where rights are seen, found by key."""
        listed = [kind.integration for kind in self.kinds if kind.integration]
        known = {*resources.finished(self.catalogue), *listed, *self._found_by_key()}
        return sorted(known, key=attrgetter("place"))

    def _found_by_key(self) -> Iterable[Integration]:
        keys = list(self.keys_found)
        return Integration.objects.filter(public_id__in=keys, retired=False) if keys else ()

    def boards(self, companies: Iterable[Company]) -> Mapping[int, Board]:
        """Return the rights of each of some companies, as far as they may be seen, by its id."""
        seen = Listing.objects.filter(company__in=self.access.companies_seen)
        listings = seen.filter(company__in=companies)
        stored: dict[int, dict[int | None, Stored]] = defaultdict(dict)
        for one in listings:
            stored[one.company_id][one.integration_id] = one.stored
        # All at once: the catalogue would ask for each company's own.
        resources.integrations(self.catalogue, {pk for sets in stored.values() for pk in sets})
        nothing = resources.board_of(self.catalogue, {})
        boards = {pk: resources.board_of(self.catalogue, sets) for pk, sets in stored.items()}
        return defaultdict(lambda: nothing, boards)

    def listing(self, test: Callable[[Standing], bool]) -> Q:
        """Return the condition that a company has a listing, to be seen, that passes a test."""
        sets: dict[tuple[int | None, bool], list[ResourceSet]] = defaultdict(list)
        for kind in filter(test, self.kinds):
            sets[kind.subject, kind.left].append(kind.allowed)
        any_of = [
            Q(integration=pk, left_blocked=left, allowed__one_of=allowed)
            for (pk, left), allowed in sets.items()
        ]
        passing = reduce(or_, any_of, Q(pk__in=[]))
        return self.seen & _among(Listing.objects.filter(**self.near).filter(passing))

    def needing(self, need: Need) -> Q:
        """Return the condition that something in a company needs attention."""
        match need:
            case Need.OWNER:
                members, former = _without_owner(**self.near)
                return _among(members) | _among(former)
            case Need.ENDING:
                return _among(_ending(**self.near))
            case Need.PACKAGE:
                idle = self.listing(lambda kind: need in needs_of(kind, carried=False))
                return Q(package__in=WITHOUT_INTERFACE) & idle
        return self.listing(lambda kind: need in needs_of(kind, carried=True))

    @cached_property
    def needing_anything(self) -> Q:
        """The condition that anything in a company needs attention."""
        rights = self.listing(lambda kind: bool(needs_of(kind, carried=True)))
        others = [self.needing(need) for need in (Need.PACKAGE, Need.OWNER, Need.ENDING)]
        return reduce(or_, others, rights)

    def attention(self, asked: str) -> Q:
        """Return the condition of a choice of what to look at: more than needed is no failure."""
        if asked == BEYOND:
            return self.listing(lambda kind: kind.exceeds)
        return self.needing_anything if asked == "any" else self.needing(Need(asked))

    @cached_property
    def open(self) -> Q:
        """The condition that API traffic is open, where that may be seen."""
        return self.listing(lambda kind: bool(kind.in_force))

    def using(self, public_id: str, how: str) -> Q:
        """Return the condition that an integration is listed, not listed, or lacks something.

        It lacks something unless it is listed and has all that it needs, and at least something.
        """

        def is_it(kind: Standing) -> bool:
            return kind.integration is not None and kind.integration.public_id == public_id

        match how:
            case "not":
                return self.seen & ~self.listing(is_it)
            case "lacking":
                return self.seen & ~self.listing(
                    lambda kind: is_it(kind) and bool(kind.in_force) and not kind.lacking
                )
        return self.listing(is_it)

    def wanted(self, sent: Mapping[str, Any]) -> Q:
        """Return the condition that a filter means; a field that is missing asks for nothing."""
        wanted = Q()
        if text := sent.get("q"):
            number = as_business_id(text)
            wanted &= Q(name_folded__contains=fold(text)) | Q(business_id__contains=number)
        if named := sent.get("ids"):
            wanted &= Q(business_id__in=named) | Q(name_folded__in=list(map(fold, named)))
        if package := sent.get("package"):
            wanted &= Q(package=package)
        if traffic := sent.get("traffic"):
            wanted &= self.open if traffic == "open" else self.seen & ~self.open
        if need := sent.get("attention"):
            wanted &= self.attention(need)
        if public_id := sent.get("uses"):
            wanted &= self.using(public_id, sent.get("how", ""))
        return wanted

    def found(self, sent: Mapping[str, Any]) -> CompanyQuerySet:
        """Return the companies that a ``ClientFilter`` means, with what they are sorted by."""
        events = AuditEvent.objects.filter(company_id=OuterRef("pk")).order_by("-at", "-pk")
        listings = Listing.objects.filter(company=OuterRef("pk"), integration__isnull=False)
        per_company = listings.order_by().values("company").annotate(count=Count("pk"))
        listed = Coalesce(Subquery(per_company.values("count")), 0)
        companies = self.access.companies.annotate(
            shows_rights=ExpressionWrapper(self.seen, BooleanField()),
            integrations=Case(When(self.seen, then=listed), default=Value(0)),
            changed_at=Coalesce(Subquery(events.values("at")[:1]), NEVER),
            package_order=place_of_package("package"),
        )
        sort = sent.get("sort", "")
        if sort in ("attention", "traffic"):
            companies = companies.annotate(**{f"{sort}_order": self._first(sort)})
        return companies.filter(self.wanted(sent)).order_by(*ORDERS[sort])

    def _first(self, sort: str) -> Case:
        """Return the column that puts first what needs attention, or those that are open."""
        first = self.needing_anything if sort == "attention" else self.open
        return Case(When(first, then=Value(0)), When(self.seen, then=Value(1)), default=Value(2))

    def shown(self, sent: Mapping[str, Any]) -> CompanyQuerySet:
        """Return the same with all that their rows show."""
        members, former = _without_owner(company=OuterRef("pk"))
        soon = _ending(company=OuterRef("pk"))
        end = Least(Coalesce("one__valid_until", FAR), Coalesce("valid_until", FAR))
        ends = soon.order_by().values("company").annotate(end=Min(end)).values("end")
        return (
            self.found(sent)
            .select_related("office")
            .annotate(
                without_owner=_count(members) + _count(former),
                ending=_count(soon),
                first_end=Subquery(ends),
            )
        )

    def counts(self, sent: Mapping[str, Any]) -> dict[str, int]:
        """Return how many companies there are, need attention, and are found."""
        wanted = self.wanted(sent)
        return self.access.companies.aggregate(
            all=Count("pk"),
            needing=Count("pk", filter=self.needing_anything),
            found=Count("pk", filter=wanted) if wanted else Count("pk"),
        )


def without_owner(access: CompanyAccess) -> CombinedExpression:
    """Return how many identifiers in the company miss an owner who works there, as a column."""
    members, former = _without_owner(company=access.company)
    return _count(members) + _count(former)


def _ending(**where: Any) -> QuerySet[Any]:
    """Return the identifiers that work there and end, or whose owner's membership ends, soon.

    Here and below a query has one row per person of the companies and identifier of theirs, as
    ``one``: it works by itself and was not stopped there. ``where`` names the companies.
    """
    members = Membership.objects.filter(**where).in_force().with_any_function()
    until = timezone.now() + SOON
    soon = Q(valid_until__lte=until) | Q(one__valid_until__lte=until)
    return _with_identifiers(members, Q(one__purpose__in=LASTING) & soon)


def _without_owner(**where: Any) -> list[QuerySet[Any]]:
    """Return those whose owner may do nothing there any more: of members, and of former ones.

    They were made there or are meant for an integration that is listed there, and have no
    successor yet. Stopping one there acknowledges it.
    """
    now = timezone.now()
    working = Membership.objects.filter(pk=OuterRef("pk"), user__is_active=True)
    still = Q(valid_until=None) | Q(valid_until__gt=now)
    members = Membership.objects.filter(
        ~Exists(working.filter(still).with_any_function()),
        **where,
    )
    again = Membership.objects.filter(company=OuterRef("company"), user=OuterRef("user"))
    former = FormerMember.objects.filter(~Exists(again), **where)
    return [_missed(members), _missed(former)]


def _missed(people: Any) -> QuerySet[Any]:
    listed = Listing.objects.filter(
        company=OuterRef("company"), integration=OuterRef("one__integration")
    )
    here = Q(one__made_in=F("company")) | Q(Exists(listed))
    # As an expression: SQLite takes the unique index for one with hardly any empty values.
    successor = Coalesce("one__replaced_by", 0, output_field=BigIntegerField())
    return _with_identifiers(people, Q(Exact(successor, 0)) & here)


def _with_identifiers(people: Any, which: Q) -> QuerySet[Any]:
    still = Q(one__valid_until=None) | Q(one__valid_until__gt=timezone.now())
    stops = IdentifierStop.objects.filter(
        company=OuterRef("company"), identifier=OuterRef("one__pk")
    )
    # In one call: a second one would join the identifiers a second time.
    found: QuerySet[Any] = people.annotate(one=FilteredRelation("user__identifiers")).filter(
        ~Exists(stops),
        still,
        which,
        one__isnull=False,
        one__deactivated_at=None,
        one__paused_at=None,
    )
    return found


def _count(found: QuerySet[Any]) -> Coalesce:
    """Return how many there are in the company of the outer query."""
    per_company = found.order_by().values("company").annotate(count=Count("one__pk"))
    return Coalesce(Subquery(per_company.values("count")), 0)


def _among(found: QuerySet[Any]) -> Q:
    """Return the condition that a company is among those of some rows, which are read once."""
    return Q(pk__in=found.order_by().values("company"))
