"""Which client companies are found: every filter as a condition, in few statements.

Rights are decided in Python for each kind of listing that occurs (an integration and a set: few
kinds among thousands of companies), by the rule of the rights page; the database then looks for
the kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from apps.audit.models import AuditEvent
from apps.clients.facts import NEVER, is_idle, need_of
from apps.clients.identifiers import count, ending, first_end, without_owner
from apps.clients.rules import Need
from apps.companies.access import OfficeAccess
from apps.companies.fields import as_business_id
from apps.companies.models import Company, CompanyQuerySet
from apps.companies.rules import Package, includes_interface
from apps.core.text import fold
from apps.resources.board import Board, Standing
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.rules import ResourceSet

ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("name_folded", "business_id"),
    "package": ("package_order", "name_folded", "business_id"),
    "integrations": ("-integrations", "name_folded", "business_id"),
    "changed": ("-changed_at", "name_folded", "business_id"),
}
"""What the list is sorted by; by name unless asked otherwise."""
WITHOUT_INTERFACE = [package for package in Package if not includes_interface(package)]
PACKAGE_ORDER = Case(
    *(When(package=package, then=Value(place)) for place, package in enumerate(Package)),
    default=Value(len(Package)),
)


@dataclass(frozen=True)
class Clients:
    """The client companies of a person, and what can be asked of them.

    ``keys_found`` holds the public ids of custom integrations that this session has the key of.
    """

    access: OfficeAccess
    catalogue: Catalogue = field(default_factory=Catalogue.load)
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
        pairs: list[tuple[int | None, Any]] = list(
            listings.order_by().values_list("integration_id", "allowed").distinct()
        )
        known = self.catalogue.integrations({pk for pk, _ in pairs})
        by_pk = {one.pk: one for one in known}
        live = self.catalogue.live
        return [Standing(by_pk[pk] if pk else None, allowed, live) for pk, allowed in pairs]

    @cached_property
    def integrations(self) -> list[Integration]:
        """Those that may be asked for: finished, listed where rights are seen, found by key."""
        listed = [kind.integration for kind in self.kinds if kind.integration]
        known = {*self.catalogue.finished, *listed, *self._found_by_key()}
        return sorted(known, key=lambda one: (one.name_folded, one.pk))

    def _found_by_key(self) -> list[Integration]:
        if not self.keys_found:
            return []
        found = Integration.objects.filter(public_id__in=list(self.keys_found), retired=False)
        return list(found)

    def boards(self, companies: Iterable[Company]) -> Mapping[int, Board]:
        """Return the rights of each of some companies, as far as they may be seen, by its id."""
        seen = Listing.objects.filter(company__in=self.access.companies_seen)
        listings = seen.filter(company__in=companies)
        allowed: dict[int, dict[int | None, Any]] = defaultdict(dict)
        for company, integration, stored in listings.values_list(
            "company_id", "integration_id", "allowed"
        ):
            allowed[company][integration] = stored
        # All at once: the catalogue would ask for each company's own.
        self.catalogue.integrations({pk for sets in allowed.values() for pk in sets})
        nothing = Board({}, [], self.catalogue)
        return defaultdict(
            lambda: nothing,
            {
                company: Board(sets, self.catalogue.integrations(sets), self.catalogue)
                for company, sets in allowed.items()
            },
        )

    def listing(self, test: Callable[[Standing], bool]) -> Q:
        """Return the condition that a company has a listing, to be seen, that passes a test."""
        sets: dict[int | None, list[ResourceSet]] = defaultdict(list)
        for kind in filter(test, self.kinds):
            sets[kind.integration.pk if kind.integration else None].append(kind.allowed)
        any_of = [Q(integration=pk, allowed__one_of=allowed) for pk, allowed in sets.items()]
        passing = reduce(or_, any_of, Q(pk__in=[]))
        return self.seen & _among(Listing.objects.filter(**self.near).filter(passing))

    def needing(self, need: Need) -> Q:
        """Return the condition that something in a company needs attention."""
        match need:
            case Need.OWNER:
                members, former = without_owner(**self.near)
                return _among(members) | _among(former)
            case Need.ENDING:
                return _among(ending(**self.near))
            case Need.PACKAGE:
                return Q(package__in=WITHOUT_INTERFACE) & self.listing(is_idle)
        return self.listing(lambda kind: need_of(kind) is need)

    @cached_property
    def needing_anything(self) -> Q:
        """The condition that anything in a company needs attention."""
        rights = self.listing(lambda kind: need_of(kind) is not None)
        others = [self.needing(need) for need in (Need.PACKAGE, Need.OWNER, Need.ENDING)]
        return reduce(or_, others, rights)

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
        if package := sent.get("package"):
            wanted &= Q(package=package)
        if traffic := sent.get("traffic"):
            is_open = self.listing(lambda kind: bool(kind.in_force))
            wanted &= is_open if traffic == "open" else self.seen & ~is_open
        if need := sent.get("attention"):
            wanted &= self.needing_anything if need == "any" else self.needing(Need(need))
        if public_id := sent.get("uses"):
            wanted &= self.using(public_id, sent.get("how", ""))
        return wanted

    @cached_property
    def all(self) -> CompanyQuerySet:
        """All of them, with what the list shows and is sorted by."""
        events = AuditEvent.objects.filter(company_id=OuterRef("pk")).order_by("-at", "-pk")
        listings = Listing.objects.filter(company=OuterRef("pk"), integration__isnull=False)
        per_company = listings.order_by().values("company").annotate(count=Count("pk"))
        listed = Coalesce(Subquery(per_company.values("count")), 0)
        return self.access.companies.annotate(
            shows_rights=ExpressionWrapper(self.seen, BooleanField()),
            integrations=Case(When(self.seen, then=listed), default=Value(0)),
            changed_at=Coalesce(Subquery(events.values("at")[:1]), NEVER),
            package_order=PACKAGE_ORDER,
        )

    def found(self, sent: Mapping[str, Any]) -> CompanyQuerySet:
        """Return the companies that a ``ClientFilter`` means, in its order."""
        return self.all.filter(self.wanted(sent)).order_by(*order_of(sent))

    def counts(self, sent: Mapping[str, Any]) -> dict[str, int]:
        """Return how many companies there are, need attention, and are found."""
        wanted = self.wanted(sent)
        return self.access.companies.aggregate(
            all=Count("pk"),
            needing=Count("pk", filter=self.needing_anything),
            found=Count("pk", filter=wanted) if wanted else Count("pk"),
        )


def order_of(sent: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that a filter sorts by; the last is unique."""
    return ORDERS[sent.get("sort", "")]


def with_identifiers(companies: CompanyQuerySet) -> CompanyQuerySet:
    """Add how many identifiers need attention, and when the first of them ends."""
    company = OuterRef("pk")
    members, former = without_owner(company=company)
    soon = ending(company=company)
    return companies.annotate(
        without_owner=count(members) + count(former),
        ending=count(soon),
        first_end=first_end(soon),
    )


def _among(found: QuerySet[Any]) -> Q:
    """Return the condition that a company is among those of some rows, which are read once."""
    return Q(pk__in=found.order_by().values("company"))
