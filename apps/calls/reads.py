"""Every question about the calls of a company."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, TruncMonth
from django.utils import timezone

from apps.audit.models import OF_RIGHTS, AuditEvent, name_in
from apps.calls.rules import NEW, Answered, Asked, Change, Kind, Now, Use
from apps.companies.access import CompanyAccess
from apps.companies.models import Company, Membership, MembershipQuerySet
from apps.companies.reads import grantors_beside, told_grantors
from apps.companies.rules import Role, stored
from apps.core.days import end_of, start_of
from apps.gateway import reads as gateway
from apps.gateway.reads import Found
from apps.gateway.rules import Why
from apps.gateway.signing import Algorithm
from apps.history.reads import Census, visible
from apps.identifiers.models import ApiIdentifier, ApiIdentifierQuerySet
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import CatalogueVersion, Integration, Listing
from apps.resources.rules import ResourceSet
from apps.rights.rules import LEAVE, REVIEW
from apps.usage.models import ApiRequest, Habit, Usage
from apps.usage.rules import UNUSED

# --- Check a call ---------------------------------------------------------------------------------

VERSION = Subquery(CatalogueVersion.objects.values("version")[:1])
OFFERED = 200
"""How many identifiers are offered, the newest; any other can be asked about by a link."""


@dataclass(frozen=True)
class Call:
    """A call that is asked about; as a question it names what the facts are found by.

    ``member`` is the number of the owner's membership, none for somebody who is no member;
    ``row`` is what the log has of a call that was made, ``grantors`` who can grant the person rights.
    """

    company: str
    identifier: int
    customer: str
    owner: int
    owner_name: str
    member: int | None
    integration: Integration
    resource: str
    algorithm: Algorithm = Algorithm.HMACSHA256
    now: Now | None = None
    row: ApiRequest | None = None
    grantors: Sequence[Membership] = ()

    @property
    def partner(self) -> str:
        """The partner that its integration names."""
        return self.integration.partner_id

    def found(self, at: datetime) -> Found:
        """Return what is known of all that it names, by the statement that the endpoint asks."""
        return gateway.found(self, self.resource, at)


def identifiers(access: CompanyAccess) -> ApiIdentifierQuerySet:
    """Return those that a person may ask about: everybody's where the rights may be seen."""
    if access.may_view_rights:
        return ApiIdentifier.objects.of_members(access)
    return ApiIdentifier.objects.visible_to(access.user).in_company(access.company)


def identifiers_offered(access: CompanyAccess, named: str) -> tuple[list[ApiIdentifier], Catalogue]:
    """Return the newest identifiers to choose from, the one that the address names, the catalogue."""
    found = identifiers(access)
    newest = found.values("pk")[:OFFERED]
    offered: list[Any] = list(
        found.filter(Q(pk__in=newest) | Q(user_id=named)).annotate(version=VERSION)
    )
    return offered, _catalogue(offered[0].version) if offered else resources.catalogue()


def integrations_offered(
    access: CompanyAccess, own: Sequence[ApiIdentifier], known: Catalogue
) -> list[Integration]:
    """Return the integrations to choose from.

    Which are in the list is known to those alone who may see the rights; the others are offered
    the finished ones, which are public, and those that their own identifiers are for.
    """
    if access.may_view_rights:
        return list(resources.visible(access))
    linked = {one.integration for one in own if one.integration}
    return [*resources.finished(known), *(one for one in linked if one.is_custom)]


def chosen(
    access: CompanyAccess, user_id: str, public_id: str, code: str
) -> tuple[Call, Catalogue] | None:
    """Return the call of one identifier for one integration, if the person may ask about both."""
    known = resources.visible(access).filter(public_id=public_id)
    row: Any = (
        identifiers(access)
        .filter(user_id=user_id)
        .annotate(
            version=VERSION,
            asked=Subquery(known.order_by().values("pk")[:1]),
            roles=F("here__roles"),
            grantors=grantors_beside(access),
        )
        .first()
    )
    if row is None:
        return None
    catalogue = _catalogue(row.version)
    of_own = row.integration_id if row.owner_id == access.user.pk else None
    found = resources.integrations(catalogue, [row.asked or of_own])
    if code not in catalogue.by_code or [one.public_id for one in found] != [public_id]:
        return None
    return _call_of(access, row, found[0], code), catalogue


def _call_of(access: CompanyAccess, row: Any, integration: Integration, code: str) -> Call:
    times = ("created_at", "paused_at", "deactivated_at", "valid_until")
    member = None
    if row.member:
        held = Membership(roles=row.roles, levels=row.levels).grants
        member = {
            **stored(held),
            "valid_from": row.member_from,
            "valid_until": row.member_until,
        }
    return Call(
        company=access.company.business_id,
        identifier=row.pk,
        customer=row.user_id,
        owner=row.owner_id,
        owner_name=row.owner.name,
        member=row.member,
        integration=integration,
        resource=code,
        now=Now({name: getattr(row, name) for name in times}, member),
        grantors=told_grantors(row.grantors),
    )


def own_offered(access: CompanyAccess) -> tuple[list[ApiIdentifier], list[Integration]]:
    """Return the person's own identifiers, the newest, and the integrations to choose from."""
    mine = ApiIdentifier.objects.visible_to(access.user).select_related("integration")
    own = list(mine[:OFFERED])
    return own, integrations_offered(access, own, resources.catalogue())


def own_and_integration(
    access: CompanyAccess, user_id: str, public_id: str
) -> tuple[ApiIdentifier, Integration] | None:
    """Return one of the person's own identifiers and an integration, if they may know of both."""
    own = ApiIdentifier.objects.visible_to(access.user).filter(user_id=user_id).first()
    integration = resources.visible(access).filter(public_id=public_id).first()
    return (own, integration) if own and integration else None


def logged(access: CompanyAccess, request_id: str) -> tuple[Call, Catalogue] | None:
    """Return a call of the company that the log has, if the person may ask about it."""
    row: Any = _log(access, request_id).first()
    if row is None:
        return None
    catalogue = _catalogue(row.version)
    [integration] = resources.integrations(catalogue, [row.integration])
    call = Call(
        company=access.company.business_id,
        identifier=row.identifier,
        customer=row.user_id,
        owner=row.owner,
        owner_name=row.owner_name,
        member=row.member,
        integration=integration,
        resource=row.resource,
        algorithm=Algorithm(row.algorithm),
        row=row,
        grantors=told_grantors(row.grantors),
    )
    return call, catalogue


def _log(access: CompanyAccess, request_id: str) -> QuerySet[ApiRequest]:
    """Look for a request on every day of the log: each day is looked up by its index."""
    today = timezone.now().astimezone(UTC).date()
    days = [today - timedelta(days=number) for number in range(-1, settings.LOG_DAYS + 1)]
    found = ApiRequest.objects.filter(day__in=days, request_id=request_id)
    found = found.filter(company=access.company.pk)
    if not access.may_view_rights:
        found = found.filter(owner=access.user.pk)
    identifier = ApiIdentifier.objects.filter(pk=OuterRef("identifier")).order_by()
    member = Membership.objects.filter(company=access.company, user=OuterRef("owner"))
    return found.annotate(
        user_id=Subquery(identifier.values("user_id")),
        owner_name=Subquery(identifier.values("owner__name")),
        member=Subquery(member.values("pk")),
        version=VERSION,
        grantors=grantors_beside(access),
    )


def _catalogue(version: UUID | None) -> Catalogue:
    return resources.catalogue_of(version)


def changes(access: CompanyAccess, call: Call) -> list[Change]:
    """Return every change of the company about what decides on a call, oldest first."""
    about: QuerySet[AuditEvent] = AuditEvent.objects.of_company(access.company.pk)
    whose = Q(subject_id=call.integration.pk) | Q(subject_id=None)
    about = about.exclude(verb=LEAVE).filter(
        OF_RIGHTS & whose
        | Q(subject_kind=Kind.IDENTIFIER, subject_id=call.identifier)
        | Q(subject_kind=Kind.USER, subject_id=call.owner)
        | Q(subject_kind__in=[Kind.COMPANY, Kind.SIGNATURE])
    )
    return [_change(event) for event in about.order_by("pk").iterator(chunk_size=1000)]


def _change(event: AuditEvent) -> Change:
    return Change(
        at=event.at,
        who=name_in(event.actor),
        verb=event.verb,
        kind=event.subject_kind,
        whose=event.subject_id,
        before=event.before,
        added=ResourceSet.from_column(event.added),
        removed=ResourceSet.from_column(event.removed),
    )


# --- API calls ------------------------------------------------------------------------------------

CHANGES = 40
"""So many changes are looked through, the newest, for what stopped an integration."""
CLOCK = timedelta(days=2)
"""So far back a request is looked for that tells how wrong a clock is."""


def uses(access: CompanyAccess, today: date) -> list[Use]:
    """Return what was used and refused in ninety days."""
    mine = Usage.objects.filter(company=access.company.pk).order_by()
    first = mine.order_by("day").values("day")[:1]
    identifier = ApiIdentifier.objects.filter(pk=OuterRef("identifier")).order_by()
    habit = Habit.objects.lately(today).filter(
        company=access.company.pk, integration=OuterRef("integration")
    )
    found = (
        mine.filter(day__gte=today - UNUSED)
        .values("integration", "identifier", "resource", "verdict")
        .annotate(
            calls=Sum("count"),
            passed=Subquery(habit.values("passed")),
            days=Subquery(habit.values("days")),
            last=Max("last_at"),
            user_id=Subquery(identifier.values("user_id")),
            owner=Subquery(identifier.values("owner__name")),
            whose=Subquery(identifier.values("owner")),
            lately=Sum("count", filter=Q(day__gte=today - ONE), default=0),
            since=Subquery(first),
        )
    )
    return [Use(*row) for row in found.values_list(*Use._fields)]


class Figure(NamedTuple):
    """Calls that were counted: of a day or a month, or refused for one reason.

    Of a day, ``resource`` is named where it is charged per transaction, and ``verdict`` says only
    whether it was refused. ``lag`` is how far a clock was behind.
    """

    kind: str
    day: date
    integration: int
    identifier: int
    resource: str
    verdict: str
    calls: int
    last: datetime
    lag: int | None


BY_DAY, REFUSED = "day", "refused"


def figures(access: CompanyAccess, asked: Asked, priced: Collection[str]) -> list[Figure]:
    """Return what was counted, in one statement: of each day, and of each reason of a refusal."""
    usage = Usage.objects.filter(company=access.company.pk, day__range=(asked.since, asked.until))
    usage = usage.filter(_alike(asked, "verdict")).order_by()
    of_reasons = (
        usage.exclude(verdict="")
        .annotate(kind=Value(REFUSED, TEXT))
        .values("kind", "integration", "identifier", "resource", "verdict")
        .annotate(on=Min("day"), calls=Sum("count"), last=Max("last_at"), lag=_lag(access))
    )
    columns = ("kind", "on", "integration", "identifier", "resource", "verdict")
    of_reasons = of_reasons.values_list(*columns, "calls", "last", "lag")
    rows: Any = _of_days(usage, asked, priced).union(of_reasons, all=True)
    return [Figure(*row) for row in rows]


TEXT = CharField()


def _of_days(usage: Any, asked: Asked, priced: Collection[str]) -> Any:
    charged = When(verdict="", resource__in=priced, then=F("resource"))
    days = usage.annotate(
        kind=Value(BY_DAY, TEXT),
        on=TruncMonth("day") if asked.by_month else F("day"),
        whose=Value(0, BigIntegerField()),
        what=Case(charged, default=Value("", TEXT)),
        said=Case(When(verdict="", then=Value("", TEXT)), default=Value(REFUSED, TEXT)),
    ).values_list("kind", "on", "integration", "whose", "what", "said")
    none = Value(None, output_field=IntegerField())
    return days.annotate(calls=Sum("count"), last=Max("last_at"), lag=none)


def _lag(access: CompanyAccess) -> Case:
    """Return how far the clock of an integration was behind when it was refused for that lately."""
    late = ApiRequest.objects.filter(
        company=access.company.pk,
        integration=OuterRef("integration"),
        reason=Why.NOT_TIMELY,
        at__gte=timezone.now() - CLOCK,
        day__gte=(timezone.now() - CLOCK).date(),
    )
    newest = Subquery(late.order_by("-at").values("lag")[:1])
    return Case(When(verdict=Why.NOT_TIMELY, then=newest), output_field=IntegerField())


def _alike(asked: Asked, verdict: str) -> Q:
    """Return the condition of the filter, the verdict being in a column of its own name."""
    wanted = {
        "integration": asked.integration,
        "identifier": asked.identifier,
        "resource": asked.resource or None,
    }
    found = Q(**{name: value for name, value in wanted.items() if value is not None})
    if asked.verdict == Answered.ACCEPTED:
        return found & Q(**{verdict: ""})
    if asked.verdict == Answered.REFUSED:
        return found & ~Q(**{verdict: ""})
    return found & Q(**{verdict: asked.verdict}) if asked.verdict else found


def requests(access: CompanyAccess, asked: Asked) -> QuerySet[ApiRequest]:
    """Return single calls in the log, of one month at most, each with its User ID."""
    first, end = start_of(asked.singly_since), end_of(asked.until)
    identifier = ApiIdentifier.objects.filter(pk=OuterRef("identifier")).order_by()
    return ApiRequest.objects.filter(
        _alike(asked, "reason"),
        company=access.company.pk,
        at__gte=first,
        at__lt=end,
        day__range=(asked.singly_since - ONE, asked.until + ONE),
    ).annotate(user_id=Subquery(identifier.values("user_id")))


ONE = timedelta(days=1)
"""A day of the log is one in UTC, and that of the signature."""


def one_by_one(access: CompanyAccess, asked: Asked) -> Iterator[ApiRequest]:
    """Yield them, newest first, without keeping them in memory."""
    found = requests(access, asked).order_by("-at", "-request_id")
    yield from found.iterator(chunk_size=1000)


def changes_since(
    access: CompanyAccess, catalogue: Catalogue, first: datetime
) -> tuple[list[AuditEvent], Census]:
    """Return the changes of the company since then that may have stopped something, oldest first."""
    kinds = ("integration", "general", "identifier", "user", "company", "signature")
    events = visible(access).filter(at__gte=first, subject_kind__in=kinds).exclude(verb=REVIEW)
    found = list(events.order_by("-pk")[:CHANGES])[::-1]
    changed = {event.subject_id for event in found if event.subject_kind == "integration"}
    named = {one.pk: one for one in resources.integrations(catalogue, changed)}
    return found, Census(catalogue, named)


# --- Mails about new refusals ---------------------------------------------------------------------


def wanting_mails() -> MembershipQuerySet:
    """Return the memberships by which somebody is told of new refusals: as KH, if they want to."""
    holding = Membership.objects.in_force().with_rights_visible().holding([Role.KH])
    return holding.filter(user__mails_refusals=True)


def people_to_tell(day: date) -> list[int]:
    """Return who wants to be told of what was refused on a day, and was not told since."""
    companies = newly_refused(day, wanting_mails()).values("company")
    wanting = wanting_mails().filter(company__in=companies)
    told = Q(user__told_of_refusals_on__gt=day)
    return list(wanting.exclude(told).values_list("user", flat=True).distinct())


def newly_refused(day: date, members: MembershipQuerySet) -> QuerySet[Usage]:
    """Return what was refused on a day in the companies of some, and had passed before.

    Its resource had passed for the integration in the ninety days before, and was not refused so
    in the last seven of them. What names no resource counts if any call had passed.
    """
    alike = Usage.objects.filter(company=OuterRef("company"), integration=OuterRef("integration"))
    resource = Coalesce(NullIf(OuterRef("resource"), Value("")), F("resource"))
    passed = alike.filter(verdict="", day__gte=day - UNUSED, day__lt=day, resource=resource)
    refused = alike.filter(day__gte=day - NEW, day__lt=day).filter(
        verdict=OuterRef("verdict"), resource=OuterRef("resource")
    )
    found = Usage.objects.filter(day=day, company__in=members.values("company"))
    return found.exclude(verdict="").filter(Exists(passed), ~Exists(refused)).order_by()


class Told(NamedTuple):
    """What is told of: calls of one integration in one company, refused for one reason."""

    company: Company
    integration: Integration | None
    reason: str
    calls: int


def told_of(person: int, day: date) -> list[Told]:
    """Return what somebody is told of a day, by company; what they may not know has no name."""
    mine = wanting_mails().filter(user=person)
    rows = list(
        newly_refused(day, mine)
        .values_list("company", "integration", "verdict")
        .annotate(calls=Sum("count"))
    )
    companies = Company.objects.in_bulk({row[0] for row in rows})
    called = Integration.objects.filter(pk__in={row[1] for row in rows})
    named = {one.pk: one for one in called}
    listings = Listing.objects.filter(company__in=companies, integration__in=named)
    listed = set(listings.values_list("company", "integration"))
    known = {
        row[:2]: named[row[1]]
        for row in rows
        if row[1] in named and (row[:2] in listed or not named[row[1]].is_custom)
    }
    told = [Told(companies[row[0]], known.get(row[:2]), *row[2:]) for row in rows]
    return sorted(told, key=lambda one: (one.company.name_sorted, one.company.pk, -one.calls))
