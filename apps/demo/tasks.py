"""Ninety days of plausible requests by the demo companies, and what went wrong in some of them.

Requests of the present day are asked as a client asks them; those of earlier days are judged and
written by the same functions, with the facts of then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from random import Random
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.services import Entry, Scene, record
from apps.companies.models import Company, Membership
from apps.companies.rules import Package
from apps.core.days import start_of
from apps.demo import services as demo
from apps.demo.services import BAKERY, LOGISTICS
from apps.gateway import services as gateway
from apps.gateway import signing
from apps.gateway.installation import Installation
from apps.gateway.reads import Found, found
from apps.gateway.signing import Algorithm, Question
from apps.gateway.tasks import add_refusals
from apps.identifiers import services as identifiers
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import State
from apps.identifiers.services import Wanted
from apps.resources import reads as resources
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet
from apps.rights.rules import Scope, Wish
from apps.usage.models import ApiRequest
from apps.usage.services import make_parts, roll_up

DAYS = 90
MARK = "demo-"
"""The transactions of demo requests begin with it."""
OPENS, CLOSES = 7, 17
"""The hours in which most of them come, by the clock in Finland."""
AT_NIGHT, ON_WEEKENDS = 0.15, 0.25


class Trouble(StrEnum):
    """Why an integration that worked suddenly stopped."""

    BLOCKED = "blocked"
    OWNER_LEFT = "owner_left"
    KEY_REPLACED = "key_replaced"
    PACKAGE = "package"
    PAUSED = "paused"
    CLOCK = "clock"
    SILENT = "silent"


@dataclass(frozen=True)
class Stream:
    """What one integration asks of one company: how often on a working day, each resource.

    ``since`` is how many days ago its trouble began.
    """

    company: str
    integration: str
    owner: str
    calls: Mapping[str, int]
    trouble: Trouble | None = None
    since: int = 0


MEMBER = "member@demo.example"
TROUBLED = [
    Stream("Demo Florist", "Severa", "florist@demo.example",
           {"customer.nv": 3, "salesinvoice.nv": 4, "workday.nv": 2}, Trouble.BLOCKED, 6),
    Stream("Demo Optics", "WooVisor", "optics@demo.example",
           {"salesinvoice.nv": 8, "inventorybywarehouse.nv": 3}, Trouble.OWNER_LEFT, 4),
    Stream("Demo Roofing", "Admicom Flex", "roofing@demo.example",
           {"workday.nv": 6, "salesinvoice.nv": 2}, Trouble.KEY_REPLACED, 5),
    Stream("Demo Boatyard", "Finazilla", "boatyard@demo.example",
           {"accountingledger.nv": 3, "accountlist.nv": 2}, Trouble.PACKAGE, 7),
    Stream("Demo Fitness", "Thril", "fitness@demo.example",
           {"salesinvoice.nv": 6, "salespayment.nv": 4}, Trouble.PAUSED, 3),
    Stream("Demo Catering", "eTasku", "catering@demo.example",
           {"escan.nv": 5, "accounting.nv": 5}, Trouble.CLOCK, 2),
    Stream("Demo Garage", "Rackbeat", "garage@demo.example",
           {"product.nv": 25, "salesinvoice.nv": 10, "accounting.nv": 5}, Trouble.SILENT, 9),
]  # fmt: skip
"""Client companies of their own, so that the walks through the others meet none of this."""
STREAMS = [
    Stream(BAKERY, "Bezala", MEMBER, {"accounting.nv": 9, "payment.nv": 4, "dimensionlist.nv": 2}),
    Stream(BAKERY, "Zevoy", MEMBER, {"accounting.nv": 5, "payment.nv": 3, "dimensionlist.nv": 1}),
    Stream(BAKERY, "Severa", MEMBER, {"customer.nv": 2}),
    Stream(BAKERY, "Demo Warehouse Bridge", MEMBER, {"productlist.nv": 6, "salesinvoice.nv": 4}),
    Stream(LOGISTICS, "Luovu", "leaving@demo.example", {"tripexpense.nv": 4, "accounting.nv": 4}),
    *TROUBLED,
]


@dataclass(frozen=True)
class Client:
    """A program with its keys, as it asks for a stream; ``then`` are the facts before a trouble."""

    stream: Stream
    company: Company
    integration: Integration
    identifiers: Sequence[ApiIdentifier]

    def is_troubled(self, day: date, began: date | None) -> bool:
        """Tell whether its trouble is there on a day."""
        since = began - timedelta(days=self.stream.since) if began else day
        return self.stream.trouble is not None and day >= since

    def asks(self, day: date, *, silent: bool) -> Iterator[tuple[str, datetime]]:
        """Yield what it asks on a day, and when; nothing where its trouble is that it is silent."""
        stream = self.stream
        chance = Random(f"{stream.company} {stream.integration} {day}")  # noqa: S311 - no secret
        share = ON_WEEKENDS if day.weekday() > 4 else 1.0
        if silent and stream.trouble is Trouble.SILENT:
            return
        for code, usual in stream.calls.items():
            for _ in range(round(usual * share * chance.uniform(0.7, 1.3))):
                hours = (0, 24) if chance.random() < AT_NIGHT else (OPENS, CLOSES)
                yield code, start_of(day) + timedelta(hours=chance.uniform(*hours))

    def keys(self, *, troubled: bool) -> tuple[str, str, str]:
        """Return User ID and keys: a program that was given a new User ID keeps its old Key."""
        old, new = self.identifiers[0], self.identifiers[-1]
        replaced = self.stream.trouble is Trouble.KEY_REPLACED
        user_id = old if replaced and not troubled else new
        key = old if replaced else new
        return (
            user_id.user_id,
            gateway.opened(key.key),
            gateway.opened(self.integration.partner_key),
        )


@dataclass(frozen=True)
class Call:
    """One request of a client, and whether its trouble has begun."""

    client: Client
    resource: InterfaceResource
    at: datetime
    troubled: bool


def make_traffic(here: Installation, now: datetime, days: int = DAYS) -> int:
    """Send what came since the last time, or of ninety days, count it, and return how much."""
    today, last = timezone.localdate(now), last_at()
    first = today - timedelta(days=days)
    if last is None:
        make_parts(now.astimezone(UTC).date() - timedelta(days=days + 1), days=days + 15)
        make_troubles(today)
    else:
        first = max(first, timezone.localdate(last))
    calls = calls_between(first, now, began=today if last is None else None)
    sent = 0
    for day, of_day in groupby(calls, lambda call: timezone.localdate(call.at)):
        with transaction.atomic():
            for call in of_day:
                if last is None or call.at > last:
                    send(call, here, is_now=last is not None or day == today)
                    sent += 1
    add_refusals()
    roll_up(today, since=first)
    return sent


def last_at() -> datetime | None:
    """Return when the last demo request came."""
    demo = ApiRequest.objects.filter(transaction_id__startswith=MARK)
    last: datetime | None = demo.aggregate(last=Max("at"))["last"]
    return last


def known_clients() -> list[Client]:
    """Return the clients whose company, integration and identifier are still there."""
    companies = {one.name: one for one in Company.objects.filter(business_id__startswith="9000")}
    integrations = {one.name_en: one for one in Integration.objects.all()}
    owned = ApiIdentifier.objects.filter(owner__email__in={one.owner for one in STREAMS})
    found_of: dict[str, list[ApiIdentifier]] = {}
    for identifier in owned.filter(deactivated_at=None).select_related("owner").order_by("pk"):
        found_of.setdefault(identifier.owner.email, []).append(identifier)
    return [
        Client(one, companies[one.company], integrations[one.integration], found_of[one.owner])
        for one in STREAMS
        if one.company in companies and one.integration in integrations and one.owner in found_of
    ]


def calls_between(first: date, now: datetime, *, began: date | None) -> Iterator[Call]:
    """Yield the calls of some days up to a moment, in their order; always the same of one day.

    ``began`` is the day from which troubles are counted back; without one they are all there.
    """
    clients, by_code = known_clients(), resources.catalogue().by_code
    for number in range((timezone.localdate(now) - first).days + 1):
        day = first + timedelta(days=number)
        of_day = [
            Call(client, by_code[code], at, client.is_troubled(day, began))
            for client in clients
            for code, at in client.asks(day, silent=client.is_troubled(day, began))
        ]
        yield from sorted((call for call in of_day if call.at <= now), key=lambda call: call.at)


def send(call: Call, here: Installation, *, is_now: bool) -> None:
    """Ask as the client asks, or judge and write what it asked then."""
    user_id, *keys = call.client.keys(troubled=call.troubled)
    late = call.troubled and call.client.stream.trouble is Trouble.CLOCK
    signed_at = call.at - timedelta(hours=1) if late else call.at
    question = question_of(call, user_id, signed_at, here)
    headers = signing.signed(question, (keys[0], keys[1]), here.bases[0])
    if is_now:
        gateway.ask(headers, question.target, call.resource.method, here, call.at)
        return
    asked = signing.read(headers, question.target)
    case = gateway.case_of(asked, facts_then(call, asked), here, call.at)
    gateway.judge(case, gateway.new_request_id(), call.resource.method)


def question_of(call: Call, user_id: str, at: datetime, here: Installation) -> Question:
    """Return what is asked, not signed yet."""
    return Question(
        target=f"{here.bases[0].prefix}/{call.resource.code}",
        sender="Demo client",
        customer=user_id,
        partner=call.client.integration.partner_id,
        timestamp=f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.000}",
        unix=str(int(at.timestamp())),
        transaction=f"{MARK}{secrets.token_hex(14)}",
        mac="",
        algorithm=Algorithm.HMACSHA256,
        language="EN",
        company=call.client.company.business_id,
    )


def facts_then(call: Call, asked: Question) -> Found:
    """Return the facts as they were: before a trouble began, as if it had not."""
    now = found(asked, call.resource.code, call.at)
    trouble = None if call.troubled else call.client.stream.trouble
    if trouble is Trouble.BLOCKED:
        return replace(now, own=call.client.integration.needed)
    if trouble is Trouble.PACKAGE:
        return replace(now, package=Package.PREMIUM.value)
    if trouble is Trouble.PAUSED and now.holder:
        return replace(now, holder=replace(now.holder, state=State.WORKS))
    return now


def make_troubles(today: date) -> None:
    """Make what goes wrong, once: each in a client company of its own, with its history."""
    for stream in TROUBLED:
        with transaction.atomic():
            make_trouble(stream, start_of(today - timedelta(days=stream.since)))


def make_trouble(stream: Stream, at: datetime) -> None:
    """Let an integration work since the demo world began, and let something stop it."""
    company = Company.objects.get(name=stream.company)
    integration = Integration.objects.get(name_en=stream.integration)
    wanted = Wanted(note=f"{stream.integration} of {stream.company}", integration=integration)
    helper = demo.helper(stream.owner, f"{stream.company} Helper", company, wanted)
    ApiIdentifier.objects.filter(owner=helper.user).update(created_at=timezone.now() - demo.BEGAN)
    office = Membership.objects.get(company=company, user__email="tpk@demo.example")
    demo.allow(demo.enter_then(office), stream.integration, Wish(allow=True, scope=Scope.NEEDED))
    if stream.trouble in HAPPENS:
        HAPPENS[stream.trouble](stream, helper, office, at)


def block(stream: Stream, _helper: Membership, office: Membership, at: datetime) -> None:
    """Block most of what an integration uses."""
    codes = list(stream.calls)[:2]
    picked = ResourceSet(resources.catalogue().by_code[code].position for code in codes)
    wish = Wish(allow=False, scope=Scope.RESOURCES, resources=picked)
    demo.allow(demo.enter_then(office, at), stream.integration, wish)


def leave(_stream: Stream, helper: Membership, _office: Membership, at: datetime) -> None:
    """Let the identifier's owner leave the company."""
    helper.valid_until = at
    helper.save()
    demo.record_of(helper, "end", after={"valid_until": at.isoformat()}, at=at)


def replace_key(_stream: Stream, helper: Membership, _office: Membership, at: datetime) -> None:
    """Replace the identifier, whose program is not told the new Key."""
    old = ApiIdentifier.objects.get(owner=helper.user)
    wanted = Wanted(note=old.note, integration=old.integration)
    new = identifiers.create(demo.enter_then(helper, at), wanted, once=uuid4())
    ApiIdentifier.objects.filter(pk=new.pk).update(created_at=at)
    old.valid_until, old.replaced_by = at, new
    old.save()
    after = {"valid_until": at.isoformat(timespec="seconds"), "replaced_by": new.user_id}
    before = dict.fromkeys(after)
    record_of(helper, Entry("identifier:replace", *about(old), before=before, after=after), at)


def lower_package(_stream: Stream, helper: Membership, _office: Membership, at: datetime) -> None:
    """Let the company have bought a package without the interface."""
    company = helper.company
    after = {"package": company.package}
    before = {"package": Package.PREMIUM.value}
    subject = ("company", company.pk, str(company))
    scene = Scene(None, demo.ACTOR, company_id=company.pk, company=str(company), at=at)
    record(scene, [Entry("company:change", *subject, before=before, after=after)])


def pause(_stream: Stream, helper: Membership, _office: Membership, at: datetime) -> None:
    """Pause the identifier."""
    identifier = ApiIdentifier.objects.get(owner=helper.user)
    identifier.paused_at = at
    identifier.save()
    when = {"paused_at": at.isoformat(timespec="seconds")}
    before = dict.fromkeys(when)
    record_of(helper, Entry("identifier:pause", *about(identifier), before=before, after=when), at)


HAPPENS: Mapping[Trouble | None, Callable[[Stream, Membership, Membership, datetime], None]] = {
    Trouble.BLOCKED: block,
    Trouble.OWNER_LEFT: leave,
    Trouble.KEY_REPLACED: replace_key,
    Trouble.PACKAGE: lower_package,
    Trouble.PAUSED: pause,
}
"""What happens in the company; a wrong clock and silence happen elsewhere."""


def about(identifier: ApiIdentifier) -> tuple[str, int, str]:
    """Return an identifier as the history names it."""
    return "identifier", identifier.pk, identifier.user_id


def record_of(member: Membership, entry: Entry, at: datetime) -> None:
    """Record what a member did at a moment."""
    record(demo.enter_then(member, at).scene, [entry])
