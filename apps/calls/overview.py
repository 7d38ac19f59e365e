"""What the page API calls shows: what was used and refused, and the shortest way to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from apps.audit.models import AuditEvent
from apps.calls import rules, texts
from apps.calls.chart import Drawing, draw, peak_of
from apps.calls.reads import BY_DAY, Figure
from apps.calls.rules import Asked, Mend, Use
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability, Role
from apps.core.days import end_of
from apps.core.lists import written
from apps.core.paging import Page
from apps.gateway.texts import package
from apps.history.page import Line, lines
from apps.history.reads import Census, Group
from apps.people import rules as people
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import Board, Standing
from apps.rights.rules import GENERAL
from apps.rights.texts import name_of
from apps.usage.models import ApiRequest
from apps.usage.rules import is_silent, log_is_long_enough, usual
from apps.usage.texts import UNLISTED_CUSTOM, silent

PAGE_SIZE, DRAWN, GROUPS = 25, 8, 30
"""So many single calls stand on a page, integrations are drawn apart, and groups of refusals are shown, the latest."""


@dataclass(frozen=True)
class Seen:
    """Whose calls are looked at, and what was counted of them in ninety days."""

    access: CompanyAccess
    catalogue: Catalogue
    board: Board
    uses: Sequence[Use]
    integrations: Mapping[int, Integration]
    today: date

    @cached_property
    def known(self) -> dict[int, Integration]:
        """The integrations that called and that the company may know of (docs/decisions/004)."""
        return {
            pk: one
            for pk, one in self.integrations.items()
            if pk in self.board.stored or not one.is_custom
        }

    def name(self, pk: int) -> str:
        """Return the name of an integration as far as the company may know it."""
        return self.known[pk].name if pk in self.known else str(UNLISTED_CUSTOM)

    def resource(self, code: str) -> str:
        """Return the name of a resource, else its code."""
        one = self.catalogue.by_code.get(code)
        return one.name if one else code or str(texts.NO_RESOURCE)

    def url(self, name: str, *parts: object) -> str:
        """Return an address of the company."""
        return reverse(name, args=[self.access.company.business_id, *parts])

    def last_accepted(self, integration: int, codes: set[str]) -> datetime | None:
        """Return when a call for some resources passed last; for any where none is named."""
        passed = [
            use.last
            for use in self.uses
            if use.integration == integration
            and not use.verdict
            and (use.resource in codes or not any(codes))
        ]
        return max(passed, default=None)


@dataclass(frozen=True)
class Way:
    """How refused calls are made to pass: a switch to allow, a page to open, a text to send."""

    said: str = ""
    address: str = ""
    label: str = ""
    allow: str = ""
    text: str = ""


@dataclass(frozen=True)
class Refused:
    """Calls of one integration that were refused for one reason; ``changes`` may have caused it."""

    name: str
    reason: str
    said: str
    resources: Sequence[tuple[str, str]]
    address: str
    way: Way
    changes: Sequence[Line]


@dataclass(frozen=True)
class Silent:
    """An integration that stopped calling."""

    said: str
    changes: Sequence[Line]


@dataclass(frozen=True)
class Bars:
    """One integration in the chart, and the same as a table."""

    name: str
    said: str
    drawing: Drawing
    rows: Sequence[tuple[str, int, int]]


@dataclass(frozen=True)
class Unused:
    """Rights of one integration that no call used."""

    key: str
    name: str
    label: str
    resources: Sequence[InterfaceResource]


@dataclass(frozen=True)
class Single:
    """One call in the log."""

    at: datetime
    when: str
    name: str
    resource: str
    code: str
    user_id: str
    verdict: str
    refused: bool
    address: str


@dataclass(frozen=True)
class CallsPage:
    """What was used and refused; ``found`` says how much the filter finds."""

    found: str
    silent: Sequence[Silent]
    refused: Sequence[Refused]
    bars: Sequence[Bars]
    first: str
    last: str
    charged: Sequence[tuple[str, str, str, int]]
    counted: str
    unused: Sequence[Unused]
    singly: str
    single: Sequence[Single]
    after: str


@dataclass
class Stop:
    """When an integration stopped: between its last call that passed and what came then."""

    integration: int
    first: datetime
    last: datetime
    changes: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Pile:
    """The figures of one integration and one reason, as one."""

    integration: int
    reason: str
    figures: Sequence[Figure]

    @property
    def codes(self) -> set[str]:
        """The resources that were asked for."""
        return {one.resource for one in self.figures}

    @property
    def calls(self) -> int:
        """How many calls were refused."""
        return sum(one.calls for one in self.figures)

    @property
    def first(self) -> date:
        """The day of the first."""
        return min(one.day for one in self.figures)

    @property
    def last(self) -> datetime:
        """When the last came."""
        return max(one.last for one in self.figures)

    @property
    def lag(self) -> int | None:
        """How far the clock was behind, where that is known."""
        return next((one.lag for one in self.figures if one.lag is not None), None)


def piles_of(figures: Iterable[Figure]) -> list[Pile]:
    """Return the refusals by integration and reason, the latest first."""
    of: dict[tuple[int, str], list[Figure]] = {}
    for one in figures:
        if one.kind != BY_DAY:
            of.setdefault((one.integration, one.verdict), []).append(one)
    piles = [Pile(*key, alike) for key, alike in of.items()]
    return sorted(piles, key=lambda pile: pile.last, reverse=True)[:GROUPS]


def silences_of(seen: Seen) -> list[tuple[int, datetime, int]]:
    """Return the integrations that stopped calling, when, and how many calls a day are usual."""
    found = []
    for pk in dict.fromkeys(use.integration for use in seen.uses):
        mine = [use for use in seen.uses if use.integration == pk]
        last, one = max(use.last for use in mine), mine[0]
        pattern = usual(calls=one.passed or 0, days=one.days or 0)
        if pattern and is_silent(timezone.localdate(last), seen.today):
            found.append((pk, last, pattern))
    return found


def stop_of(seen: Seen, pile: Pile) -> Stop | None:
    """Return when calls stopped passing; nothing where they never did, or still do."""
    last = seen.last_accepted(pile.integration, pile.codes)
    end = end_of(pile.first)
    return Stop(pile.integration, last, end) if last and last < end else None


def stops_of(seen: Seen, figures: Sequence[Figure], now: datetime) -> dict[object, Stop]:
    """Return when something stopped: by integration, and by integration and reason."""
    silent: dict[object, Stop] = {pk: Stop(pk, last, now) for pk, last, _ in silences_of(seen)}
    refused = {(pile.integration, pile.reason): stop_of(seen, pile) for pile in piles_of(figures)}
    return silent | {key: stop for key, stop in refused.items() if stop}


def explain(
    seen: Seen, stops: Iterable[Stop], events: Sequence[AuditEvent], census: Census
) -> None:
    """Give each stop the changes in between that are about its integration, or about all."""
    for stop in stops:
        theirs = {use.identifier for use in seen.uses if use.integration == stop.integration}
        about = {"integration": {stop.integration}, "identifier": theirs}
        between = [
            event
            for event in events
            if stop.first <= event.at <= stop.last
            and event.subject_id in about.get(event.subject_kind, {event.subject_id})
        ]
        stop.changes = lines([Group([event]) for event in between], census)


def calls_page(
    seen: Seen,
    asked: Asked,
    figures: Sequence[Figure],
    stops: Mapping[object, Stop],
    singles: Page[ApiRequest],
) -> CallsPage:
    """Lay out what was found."""
    days = [one for one in figures if one.kind == BY_DAY]
    long_enough = log_is_long_enough(rules.since(seen.uses), seen.today)
    return CallsPage(
        found=texts.found_calls(_sum(days, refused=False), _sum(days, refused=True)),
        silent=[
            Silent(silent(seen.name(pk), last, calls), stops[pk].changes)
            for pk, last, calls in silences_of(seen)
        ],
        refused=[_refused(seen, pile, asked, stops) for pile in piles_of(figures)],
        bars=_bars(seen, asked, days),
        first=texts.day_of(asked.since),
        last=texts.day_of(asked.until),
        charged=_charged(seen, days),
        counted=texts.counted_since(rules.since(seen.uses), long_enough=long_enough),
        unused=_unused(seen) if long_enough else [],
        singly=texts.day_of(asked.singly_since) if asked.singly_since > asked.since else "",
        single=[single(seen, row) for row in singles.rows],
        after=written(singles.next_key),
    )


def _sum(days: Iterable[Figure], *, refused: bool) -> int:
    return sum(one.calls for one in days if bool(one.verdict) is refused)


def _refused(seen: Seen, pile: Pile, asked: Asked, stops: Mapping[object, Stop]) -> Refused:
    stop = stops.get((pile.integration, pile.reason))
    codes = sorted(pile.codes - {""})
    one = seen.known.get(pile.integration)
    same = {"since": str(asked.since), "until": str(asked.until), "verdict": pile.reason}
    query = urlencode({**same, "integration": one.public_id} if one else same)
    return Refused(
        name=seen.name(pile.integration),
        reason=texts.reason(pile.reason),
        said=texts.how_often(pile.calls, pile.first, pile.last),
        resources=[(seen.resource(code), code) for code in codes],
        address=f"{seen.url('calls')}?{query}#h-single",
        way=way_of(seen, pile, one),
        changes=stop.changes if stop else [],
    )


def way_of(seen: Seen, pile: Pile, one: Integration | None) -> Way:
    """Return the shortest way to let such calls pass; else who may, and a text to send to them."""
    reason = rules.REASONS.get(pile.reason)
    mend = Mend.VENDOR if reason is None else rules.mend_of(reason)
    if mend is Mend.ALLOW and _is_allowed_now(seen, pile, one):
        return Way(str(texts.ALLOWED_AFTER))
    words = _words(seen, pile)
    page, may = _page(seen, mend, pile, one)
    said = "" if may else str(texts.WHO_MAY[mend] % words)
    text = "" if may else texts.to_send(mend, pile.reason, words, pile.lag)
    if not page:
        return Way(said, text=text)
    address = seen.url(page, *([one.public_id] if page == "integration_rights" and one else []))
    lists = one is not None and one.pk in seen.board.stored
    allow = one.public_id if one and mend is Mend.ALLOW and may and lists else ""
    if mend in SOUGHT:
        name, word = SOUGHT[mend]
        address += f"?{urlencode({name: words[word]})}"
    return Way(said, address, str(texts.PAGES[page]), allow, text)


def _is_allowed_now(seen: Seen, pile: Pile, one: Integration | None) -> bool:
    found = [seen.catalogue.by_code.get(code) for code in pile.codes]
    return bool(found) and all(each and seen.board.verdict(one, each.position) for each in found)


SOUGHT = {
    Mend.ALLOW: ("find", "code"),
    Mend.ALLOW_AGAIN: ("q", "user_id"),
    Mend.RESUME: ("q", "user_id"),
    Mend.PERSON: ("q", "owner"),
    Mend.ROLE: ("q", "owner"),
}
"""What is looked for on the page where something is mended, and by which field."""


def _words(seen: Seen, pile: Pile) -> dict[str, str]:
    """Return what is named of refused calls: the User ID is the one that was used last."""
    last = _last(seen, pile)
    company = seen.access.company
    return {
        "integration": seen.name(pile.integration),
        "company": company.name,
        "business_id": company.business_id,
        "package": package(company.package),
        "user_id": (last and last.user_id) or "",
        "owner": (last and last.owner) or "",
        "code": min(pile.codes),
        "reason": texts.reason(pile.reason),
    }


def _last(seen: Seen, pile: Pile) -> Use | None:
    """Return what used an identifier of refused calls last."""
    numbers = {one.identifier for one in pile.figures}
    found = [use for use in seen.uses if use.identifier in numbers and use.user_id]
    return max(found, key=lambda use: use.last, default=None)


def _page(seen: Seen, mend: Mend, pile: Pile, one: Integration | None) -> tuple[str, bool]:
    """Return the page where it is mended, and whether the person may do it there."""
    access = seen.access
    edits_users = Capability.EDIT_USERS in access.capabilities
    last = _last(seen, pile)
    is_own = last is not None and last.whose == access.user.pk
    match mend:
        case Mend.ALLOW:
            return "integration_rights" if one else "rights", access.may_edit_rights
        case Mend.ALLOW_AGAIN:
            return "api_identifiers", access.oversees_identifiers
        case Mend.ANOTHER:
            return "api_identifiers", is_own and access.may_create_identifiers
        case Mend.RESUME | Mend.ACCOUNT | Mend.KEY:
            return "api_identifiers", is_own and mend is not Mend.ACCOUNT
        case Mend.PERSON | Mend.ROLE if edits_users:
            return "users", mend is Mend.PERSON or _gives_roles(seen, pile)
        case Mend.INVITE if edits_users:
            return "invite_user", True
        case Mend.SIGNATURE:
            return "older_signatures", access.may_edit_rights
    return "", False


def _gives_roles(seen: Seen, pile: Pile) -> bool:
    """Tell whether the person may give the roles that some resources need of an owner."""
    asked = [seen.catalogue.by_code[code] for code in pile.codes & set(seen.catalogue.by_code)]
    wanted = {Role(one.owner_role) for one in asked if one.owner_role}
    giver = seen.access.grants
    return people.may_assign(giver=giver, is_self=False, now=(), wanted=wanted) is None


def _buckets(asked: Asked) -> list[date]:
    """Return the days, or the first days of the months, that are drawn."""
    count = (asked.until - asked.since).days + 1
    days = [asked.since + timedelta(days=number) for number in range(count)]
    return list(dict.fromkeys(day.replace(day=1) for day in days)) if asked.by_month else days


def _bars(seen: Seen, asked: Asked, days: Sequence[Figure]) -> list[Bars]:
    """Return the integrations with most calls, and the rest as one."""
    totals: dict[int, int] = {}
    for one in days:
        totals[one.integration] = totals.get(one.integration, 0) + one.calls
    apart = sorted(totals, key=lambda pk: -totals[pk])[:DRAWN]
    names = {pk: seen.name(pk) for pk in apart}
    counts: dict[int, dict[tuple[date, bool], int]] = {pk: {} for pk in [*apart, 0]}
    for one in days:
        of = counts[one.integration if one.integration in names else 0]
        key = (one.day, bool(one.verdict))
        of[key] = of.get(key, 0) + one.calls
    series = {pk: _series(of, _buckets(asked)) for pk, of in counts.items() if of}
    peak = max((peak_of(*both) for both in series.values()), default=0)
    word = texts.month if asked.by_month else texts.day_of
    said = [word(day) for day in _buckets(asked)]
    others = str(texts.OTHER_INTEGRATIONS)
    return [_bar(names.get(pk, others), both, peak, said) for pk, both in series.items()]


def _series(
    of: Mapping[tuple[date, bool], int], buckets: Sequence[date]
) -> tuple[list[int], list[int]]:
    return [of.get((day, False), 0) for day in buckets], [of.get((day, True), 0) for day in buckets]


def _bar(name: str, both: tuple[list[int], list[int]], peak: int, said: Sequence[str]) -> Bars:
    accepted, refused = both
    rows = [row for row in zip(said, accepted, refused, strict=True) if row[1] or row[2]]
    counts = texts.found_calls(sum(accepted), sum(refused))
    return Bars(name, counts, draw(accepted, refused, peak), rows)


def _charged(seen: Seen, days: Iterable[Figure]) -> list[tuple[str, str, str, int]]:
    """Return the calls that are charged per transaction, month by month, the newest first."""
    counts: dict[tuple[date, int, str], int] = {}
    for one in days:
        if one.resource:
            key = (one.day.replace(day=1), one.integration, one.resource)
            counts[key] = counts.get(key, 0) + one.calls
    ordered = sorted(counts, key=lambda key: (-key[0].toordinal(), seen.name(key[1]), key[2]))
    return [
        (texts.month(month), seen.name(pk), seen.resource(code), counts[month, pk, code])
        for month, pk, code in ordered
    ]


def _unused(seen: Seen) -> list[Unused]:
    positions = {code: one.position for code, one in seen.catalogue.by_code.items()}
    found = rules.unused(seen.board, seen.uses, positions, seen.today)
    return [_of(standing, seen.catalogue.of(left)) for standing, left in found.items()]


def _of(standing: Standing, left: Sequence[InterfaceResource]) -> Unused:
    name = name_of(standing.integration)
    return Unused(standing.public_id or GENERAL, name, texts.whole(name, len(left)), left)


def single(seen: Seen, row: ApiRequest) -> Single:
    """Lay out one call of the log."""
    query = urlencode({"request": row.request_id})
    return Single(
        at=row.at,
        when=texts.moment(row.at),
        name=seen.name(row.integration),
        resource=seen.resource(row.resource),
        code=row.resource,
        user_id=row.user_id or "",  # type: ignore[attr-defined]
        verdict=texts.verdict(row.reason),
        refused=bool(row.reason),
        address=f"{seen.url('check_call')}?{query}",
    )


def cells(seen: Seen, row: ApiRequest) -> list[object]:
    """Return one call as a row of a file."""
    one = single(seen, row)
    return [one.at, one.name, one.resource, one.code, one.user_id, one.verdict, row.request_id]
