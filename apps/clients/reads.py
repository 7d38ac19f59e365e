"""Which client companies are found, and which identifiers in them need attention.

The database compares the stored sets as ``clients.rules`` and ``resources.rules`` do for a page;
tests compare the two (tests/clients/test_filter.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import attrgetter, or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BinaryField,
    BooleanField,
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact, GreaterThan, IsNull
from django.utils import timezone
from django.utils.functional import cached_property

from apps.audit.models import AuditEvent
from apps.audit.sets import AnyBits, AsList, Lacks, LackTogether, Union
from apps.clients.rules import BEYOND, Need
from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.fields import as_business_id
from apps.companies.models import (
    CompanyQuerySet,
    FormerMember,
    Membership,
    holds,
    place_of_package,
)
from apps.companies.rules import SOON, Package, includes_interface
from apps.core.paging import BLOCK, Key, Page, let_go, page_of
from apps.core.text import fold
from apps.identifiers.models import FAR, IdentifierStop
from apps.identifiers.rules import Purpose
from apps.resources import models as rights
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.rules import NOTHING, Board, ResourceSet, Stored
from apps.usage.models import Habit
from apps.usage.reads import with_habits, with_refusals
from apps.usage.rules import UNUSED

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
FIRST = 0
"""The place of what comes first where a condition is sorted by."""
OPEN = 1
OF_RIGHTS = (Need.CLOSED, Need.LACKING, Need.GENERAL, Need.PACKAGE)
OF_IDENTIFIERS = (Need.OWNER, Need.ENDING)
BITS: Mapping[Need, int] = {
    need: OPEN << place for place, need in enumerate((*OF_RIGHTS, *OF_IDENTIFIERS), 1)
}
"""What is said of a company in one number: that API traffic is open, and what it needs."""
THIS, EVERY = OuterRef("pk"), Q()
WITHOUT_INTERFACE = [package for package in Package if not includes_interface(package)]
LASTING = [purpose for purpose in Purpose if purpose is not Purpose.EXCEL]


@dataclass(frozen=True)
class Census:
    """How many companies there are, how many need attention, and the keys of those found.

    The keys stand by the numbers of the companies and in the order that is asked for.
    """

    order: Sequence[str]
    size: int
    needing: int
    found: Mapping[int, Key]


@dataclass(frozen=True)
class Clients:
    """The client companies of a person, and what can be asked of them.

    ``keys_found`` holds the public ids of custom integrations that this session has the key of.
    """

    access: OfficeAccess
    catalogue: Catalogue = field(default_factory=resources.catalogue)
    keys_found: Collection[str] = ()

    @cached_property
    def integrations(self) -> list[Integration]:
        """Those that may be asked for: finished, listed where rights are seen, found by key."""
        listed = resources.integrations(self.catalogue, self._listed())
        known = {*resources.finished(self.catalogue), *listed, *self._found_by_key()}
        return sorted(known, key=attrgetter("place"))

    def _listed(self) -> set[int]:
        """Return the numbers of the integrations that are listed, but those on offer anyway."""
        offered = [one.pk for one in resources.finished(self.catalogue)]
        special = Listing.objects.exclude(integration__in=offered).exclude(integration=None)
        listings = _within(special).annotate(all=AsList("integration"))
        lists = self.access.companies_seen.values_list(Subquery(listings.values("all")), flat=True)
        return set(chain.from_iterable(filter(None, lists.distinct())))

    def _found_by_key(self) -> Iterable[Integration]:
        keys = list(self.keys_found)
        return Integration.objects.filter(public_id__in=keys, retired=False) if keys else ()

    def boards(self, companies: Sequence[Any]) -> Mapping[int, Board]:
        """Return the rights of each of some companies, as far as they may be seen, by its id.

        They are asked for by number alone: which may be seen is known of each, and once a
        connection has planned the question for all, PostgreSQL would begin with every membership.
        """
        seen = [one.pk for one in companies if one.shows_rights]
        listings = Listing.objects.filter(company__in=seen)
        stored: dict[int, dict[int | None, Stored]] = defaultdict(dict)
        for one in listings:
            stored[one.company_id][one.integration_id] = one.stored
        # All at once: the catalogue would ask for each company's own.
        called = (facts["integration"] for one in companies for facts in one.habits or ())
        resources.integrations(self.catalogue, {*called, *chain.from_iterable(stored.values())})
        nothing = resources.board_of(self.catalogue, {})
        boards = {pk: resources.board_of(self.catalogue, sets) for pk, sets in stored.items()}
        return defaultdict(lambda: nothing, boards)

    @property
    def rights(self) -> Case:
        """What is said of a company's rights, as bits: nothing where they may not be seen."""
        live = self.catalogue.live
        lacks = When(rights.lacking(live), then=BITS[Need.LACKING])
        in_use = When(integration=None, then=BITS[Need.GENERAL])
        carried = When(integration__built_in=True, then=OPEN)
        counts = Case(carried, default=OPEN | BITS[Need.PACKAGE]) + Case(in_use, lacks, default=0)
        closed = When(integration__isnull=False, left_blocked=False, then=BITS[Need.CLOSED])
        said = AnyBits(Case(When(rights.in_force(live), then=counts), closed, default=0))
        listings = _within(Listing.objects.all()).annotate(said=said)
        return Case(When(shows_rights=True, then=_number(listings.values("said"))), default=0)

    def needing(self, *needs: Need) -> Q:
        """Return the condition that something in a company needs attention, in one of some ways."""
        of_rights = reduce(or_, (BITS[need] for need in needs if need in OF_RIGHTS), 0)
        of_identifiers = reduce(or_, (BITS[need] for need in needs if need in OF_IDENTIFIERS), 0)
        carries = When(package__in=WITHOUT_INTERFACE, then=of_rights)
        counts = Case(carries, default=of_rights & ~BITS[Need.PACKAGE])
        found = Q(_any(self.rights, counts)) if of_rights else Q(pk__in=[])
        if of_calls := [self._of_calls[need] for need in needs if need in self._of_calls]:
            found |= Q(shows_rights=True) & reduce(or_, of_calls)
        return found | Q(_any(_of_identifiers(), of_identifiers)) if of_identifiers else found

    @cached_property
    def _of_calls(self) -> Mapping[Need, Q]:
        """The conditions that calls are missed, and that rights are not used."""
        today = timezone.localdate()
        missed = Habit.objects.long_silent(today).filter(company=THIS)
        counted = Habit.objects.filter(company=THIS, since__lte=today - UNUSED)
        listings = Listing.objects.annotate(new=rights.new_on(today))
        unused = listings.filter(_left_unused(self.catalogue.live), company=THIS)
        return {
            Need.SILENT: _there(missed, "company"),
            Need.UNUSED: _there(counted, "company") & _there(unused),
        }

    @property
    def needing_anything(self) -> Q:
        """The condition that anything in a company needs attention."""
        return self.needing(*Need)

    def attention(self, asked: str) -> Q:
        """Return the condition of a choice of what to look at: more than needed is no failure."""
        if asked == BEYOND:
            beyond = Listing.objects.filter(rights.exceeding(self.catalogue.live), company=THIS)
            return Q(shows_rights=True) & _there(beyond)
        return self.needing_anything if asked == "any" else self.needing(Need(asked))

    @property
    def open(self) -> Q:
        """The condition that API traffic is open, where that may be seen."""
        return Q(_any(self.rights, OPEN))

    def using(self, public_id: str, how: str) -> Q:
        """Return the condition that an integration is listed, not listed, or lacks something.

        It lacks something unless it is listed and has all that it needs, and at least something.
        """
        live, seen = self.catalogue.live, Q(shows_rights=True)
        listings = Listing.objects.filter(company=THIS, integration__public_id=public_id)
        match how:
            case "not":
                return seen & ~_there(listings)
            case "lacking":
                return seen & ~_there(
                    listings.filter(rights.in_force(live)).exclude(rights.lacking(live))
                )
        return seen & _there(listings)

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
            wanted &= self.open if traffic == "open" else Q(shows_rights=True) & ~self.open
        if need := sent.get("attention"):
            wanted &= self.attention(need)
        if public_id := sent.get("uses"):
            wanted &= self.using(public_id, sent.get("how", ""))
        return wanted

    def found(self, sent: Mapping[str, Any]) -> CompanyQuerySet:
        """Return the companies that a ``ClientFilter`` means, in its order."""
        sort = sent.get("sort", "")
        companies = self.access.companies.annotate(**self._order(sent))
        return companies.filter(self.wanted(sent)).order_by(*ORDERS[sort])

    def _order(self, sent: Mapping[str, Any]) -> dict[str, Combinable]:
        """Return what is only there to be sorted by: what needs attention first, or is open.

        Those that are asked for by the same condition have one place.
        """
        match sent.get("sort"):
            case "attention" if sent.get("attention") == "any":
                return {"attention_order": Value(FIRST)}
            case "traffic" if traffic := sent.get("traffic"):
                return {"traffic_order": Value(FIRST if traffic == "open" else FIRST + 1)}
            case "attention":
                return {"attention_order": _first(self.needing_anything)}
            case "traffic":
                return {"traffic_order": _first(self.open)}
            case "package":
                return {"package_order": place_of_package("package")}
            case "integrations":
                count = _count(_within(Listing.objects.filter(integration__isnull=False)))
                return {"integrations": Case(When(shows_rights=True, then=count), default=0)}
            case "changed":
                return {"changed_at": _changed()}
        return {}

    def census(self, sent: Mapping[str, Any]) -> Census:
        """Return what is said of all, and which a ``ClientFilter`` means, read in one statement.

        A page is then found among them without asking again: what is counted and sorted by is a
        long condition, which would stand in the statement of a later page three times.
        """
        order = ORDERS[sent.get("sort", "")]
        asks_any = sent.get("attention") == "any"
        wanted = self.wanted({**sent, "attention": ""} if asks_any else sent)
        asked = {**self._order(sent), "attention_order": _first(self.needing_anything)}
        companies = self.access.companies.annotate(
            **asked,
            meets=Case(When(wanted, then=True), default=False) if wanted else Value(True),  # noqa: FBT003
        )
        columns = [name.removeprefix("-") for name in order]
        rows = list(companies.order_by(*order).values("pk", "attention_order", "meets", *columns))
        needing = {row["pk"] for row in rows if row["attention_order"] == FIRST}
        return Census(
            order=order,
            size=len(rows),
            needing=len(needing),
            found={
                row["pk"]: [row[name] for name in columns]
                for row in rows
                if row["meets"] and (row["pk"] in needing or not asks_any)
            },
        )

    def page(self, census: Census, *, after: Key | None, size: int) -> Page[Any]:
        """Return those of a census that follow a key, with all that their rows show."""
        page = page_of(census.found, census.order, after=after, size=size)
        yesterday = timezone.localdate() - timedelta(days=1)
        shown = with_refusals(self._shown(page.rows), yesterday)
        return Page(_arranged(shown, page.rows), page.next_key)

    def blocks(
        self, sent: Mapping[str, Any]
    ) -> Iterator[tuple[Sequence[Any], Mapping[int, Board]]]:
        """Yield those that a ``ClientFilter`` means, block by block, with the rights of each.

        Which they are is asked once; between two blocks no connection to the database is held.
        """
        numbers = list(self.found(sent).values_list("pk", flat=True))
        for start in range(0, len(numbers), BLOCK):
            block = numbers[start : start + BLOCK]
            shown = _arranged(self._shown(block), block)
            boards = self.boards(shown)
            let_go()
            yield shown, boards

    def _shown(self, numbers: Sequence[int]) -> CompanyQuerySet:
        """Return some of the companies with all that their rows show."""
        now = timezone.now()
        soon = _within(_of_members(now, _ending(now)))
        end = Least(Coalesce("one__valid_until", FAR), Coalesce("valid_until", FAR))
        found = self.access.companies_of(numbers)
        shown: CompanyQuerySet = with_habits(found).annotate(
            changed_at=_changed(),
            without_owner=_without_owner(THIS),
            ends=Subquery(soon.annotate(ends=AsList(end)).values("ends")),
        )
        return shown.select_related("office").defer("name_folded", "once")


def _arranged(companies: QuerySet[Any], numbers: Sequence[int]) -> list[Any]:
    """Return the companies in an order of their numbers; whichever went meanwhile is left out."""
    found = companies.in_bulk()
    return [found[pk] for pk in numbers if pk in found]


def _first(found: Q) -> Case:
    """Return the column that puts first the companies which meet a condition."""
    return Case(When(found, then=FIRST), When(shows_rights=True, then=1), default=2)


def _changed() -> Coalesce:
    events = AuditEvent.objects.filter(company_id=OuterRef("pk")).order_by("-at", "-pk")
    return Coalesce(Subquery(events.values("at")[:1]), NEVER)


def _left_unused(live: ResourceSet) -> Case:
    """Return the condition that something in force of a listing was not used: ``rules.unused``.

    What is ``new`` there is left out.
    """
    habits = Habit.objects.filter(company=OuterRef("company")).order_by()
    own = habits.filter(integration=OuterRef("integration")).values("used")
    used = Coalesce(Subquery(own), Value(bytes(NOTHING)), output_field=BinaryField())
    listed = Listing.objects.filter(
        company=OuterRef("company"), integration=OuterRef("integration")
    )
    left = LackTogether(Union("used", OuterRef("new")), OuterRef("allowed"), bytes(live))
    others = habits.exclude(_there(listed)).values("company").annotate(left=left).values("left")
    general = Coalesce(Subquery(others), Lacks("new", "allowed", bytes(live)))
    return Case(
        When(integration=None, then=general),
        default=rights.beyond(Union(used, "new"), live),
        output_field=BooleanField(),
    )


def without_owner(access: CompanyAccess) -> Combinable:
    """Return how many identifiers in the company miss an owner who works there, as a column."""
    return _without_owner(Value(access.company.pk))


def _without_owner(company: Any) -> Combinable:
    """Return the same of any company.

    They were made there or are meant for an integration that is listed there, and have no
    successor yet. Stopping one there acknowledges it.
    """
    now = timezone.now()
    missed = (_of_members(now, ~_working(now) & _missed()), _of_former(now, _missed()))
    members, former = (_count(_within(found, company)) for found in missed)
    return members + former


def _of_identifiers() -> Combinable:
    """Return what is said of the identifiers of a company's people, as bits."""
    now = timezone.now()
    said = Case(
        When(_ending(now), then=BITS[Need.ENDING]),
        When(~_working(now) & _missed(), then=BITS[Need.OWNER]),
        default=0,
    )
    members = _within(_of_members(now)).annotate(said=AnyBits(said))
    former = _within(_of_former(now, _missed()))
    missed = former.annotate(said=AnyBits(Value(BITS[Need.OWNER])))
    return _number(members.values("said")).bitor(_number(missed.values("said")))  # type: ignore[arg-type]


def _ending(now: datetime) -> Q:
    """Return the condition that one works there and ends, or its owner's membership ends, soon."""
    until = now + SOON
    soon = Q(valid_until__lte=until) | Q(one__valid_until__lte=until)
    works = Q(user__is_active=True, opens_anything=True, one__purpose__in=LASTING)
    return holds(now) & works & soon


def _working(now: datetime) -> Q:
    """Return the condition that a member may do something there, now or later."""
    still = Q(valid_until=None) | Q(valid_until__gt=now)
    return still & Q(user__is_active=True, opens_anything=True)


def _missed() -> Q:
    listed = Listing.objects.filter(
        company=OuterRef("company"), integration=OuterRef("one__integration")
    )
    here = Q(one__made_in=F("company")) | _there(listed)
    # As an expression: SQLite takes the unique index for one with hardly any empty values.
    successor = Coalesce("one__replaced_by", 0, output_field=BigIntegerField())
    return Q(Exact(successor, 0)) & here


def _of_members(now: datetime, which: Q = EVERY) -> QuerySet[Any]:
    """Return the identifiers of members, one row per person of a company and identifier, ``one``.

    Here and below it works by itself and was not stopped there.
    """
    return _with_identifiers(Membership.objects.all(), now, which)


def _of_former(now: datetime, which: Q) -> QuerySet[Any]:
    again = Membership.objects.filter(company=OuterRef("company"), user=OuterRef("user"))
    return _with_identifiers(FormerMember.objects.filter(~_there(again)), now, which)


def _with_identifiers(people: Any, now: datetime, which: Q) -> QuerySet[Any]:
    still = Q(one__valid_until=None) | Q(one__valid_until__gt=now)
    stops = IdentifierStop.objects.filter(
        company=OuterRef("company"), identifier=OuterRef("one__pk")
    )
    # In one call: a second one would join the identifiers a second time.
    found: QuerySet[Any] = people.annotate(one=FilteredRelation("user__identifiers")).filter(
        ~_there(stops),
        still,
        which,
        one__isnull=False,
        one__deactivated_at=None,
        one__paused_at=None,
    )
    return found


def _within(found: QuerySet[Any], company: Any = THIS) -> QuerySet[Any]:
    """Return what is of one company, as one row; of that of the outer query unless it is given."""
    return found.filter(company=company).order_by().values("company")


def _count(found: QuerySet[Any]) -> Coalesce:
    return _number(found.annotate(count=Count("pk")).values("count"))


def _number(found: QuerySet[Any]) -> Coalesce:
    """Return the number that a query answers for each company, 0 where it answers none.

    Such a query is asked once for each company that the outer one sees: as a join, or as the
    condition to be among some, PostgreSQL may read whole tables of other companies for it.
    """
    return Coalesce(Subquery(found), 0, output_field=IntegerField())


def _there(found: QuerySet[Any], named: str = "pk") -> Q:
    """Return the condition that a query finds something, asked as ``_number``."""
    return Q(IsNull(Subquery(found.order_by().values(named)[:1]), False))  # noqa: FBT003


def _any(said: Combinable, bits: Any) -> GreaterThan:
    return GreaterThan(said.bitand(bits), 0)
