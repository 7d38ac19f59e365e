"""Which calls a change would have refused: counted from usage, one statement for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.models import Company
from apps.gateway.reads import holder_of
from apps.gateway.rules import Caller, Resource
from apps.replay.rules import WINDOW, Days, Replay, Use, World, joined, replay
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import Board, ResourceSet
from apps.usage.reads import summed

ACCEPTED = """
SELECT used.*, a.id, a.owner_id, a.purpose, a.valid_until, a.paused_at, a.deactivated_at,
       u.is_active, m.id, m.roles, m.levels, m.valid_from, m.valid_until, s.id,
       own.allowed, general.allowed, v.version
FROM (
    SELECT company, integration, identifier, resource,
           SUM(count), SUM(days), MIN(first), MAX(last), MIN(weekday), MAX(last_weekday),
           MIN({first_monthday}), MAX({last_monthday}), MAX({next_monthday})
    FROM ({summed}) summed GROUP BY company, integration, identifier, resource
) used
LEFT JOIN identifiers_apiidentifier a ON a.id = used.identifier
LEFT JOIN accounts_user u ON u.id = a.owner_id
LEFT JOIN companies_membership m ON m.user_id = a.owner_id AND m.company_id = used.company
LEFT JOIN identifiers_identifierstop s
       ON s.company_id = used.company AND s.identifier_id = a.id
LEFT JOIN resources_listing own
       ON own.company_id = used.company AND own.integration_id = used.integration
LEFT JOIN resources_listing general
       ON general.company_id = used.company AND general.integration_id IS NULL
LEFT JOIN resources_catalogueversion v ON v.id = 1
"""
"""What was accepted, with the identifiers and rights as they are now (docs/decisions/018)."""
PARTS = {
    "postgresql": {
        "first_monthday": "EXTRACT(DAY FROM first)::smallint",
        "last_monthday": "EXTRACT(DAY FROM last)::smallint",
        "next_monthday": "EXTRACT(DAY FROM first + 1)::smallint",
    },
    "sqlite": {
        "first_monthday": "CAST(strftime('%%d', first) AS INTEGER)",
        "last_monthday": "CAST(strftime('%%d', last) AS INTEGER)",
        "next_monthday": "CAST(strftime('%%d', first, '+1 day') AS INTEGER)",
    },
}
"""What the days may have in common, as each database says it."""


class Row(NamedTuple):
    """The columns of the statement, in their order."""

    company: int
    integration: int
    used_by: int
    resource: str
    times: Any
    days: int
    first: Any
    last: Any
    weekday: int
    last_weekday: int
    monthday: int
    last_monthday: int
    next_monthday: int
    identifier: int | None
    owner: int | None
    purpose: str
    valid_until: Any
    paused_at: Any
    deactivated_at: Any
    is_active: Any
    membership: int | None
    roles: Any
    levels: Any
    member_from: Any
    member_until: Any
    stop: int | None
    own: Any
    general: Any
    version: Any

    @property
    def use(self) -> Use:
        """What was used."""
        days = Days(
            count=self.days,
            first=_day(self.first),
            last=_day(self.last),
            weekday=self.weekday if self.weekday == self.last_weekday else None,
            monthday=self.monthday if self.monthday == self.last_monthday else None,
            end_months=self.next_monthday == 1,
        )
        return Use(self.integration, self.used_by, self.resource, int(self.times), days)


def _day(stored: date | str) -> date:
    """Return a day: SQLite keeps them as text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


Rights = Mapping[int | None, ResourceSet]
"""What each listing of a company allows, by integration; none for the general rights."""


@dataclass(frozen=True)
class Wanted:
    """A change of rights in one company: what they are, and what they would be."""

    company: Company
    before: Rights
    after: Rights


@dataclass(frozen=True)
class Found:
    """A replay with what its lines name; ``is_told`` says whether this person may read them.

    ``listed`` are the integrations that the company knows.
    """

    replay: Replay
    known: Catalogue
    listed: Collection[int | None]
    is_told: bool


NOTHING_USED = Found(Replay(), Catalogue([]), (), is_told=False)


def rights_of(board: Board) -> Rights:
    """Return what the listings of a board allow, by integration."""
    return {pk: stored.allowed for pk, stored in board.stored.items()}


def uses(access: CompanyAccess) -> list[Use]:
    """Return what was accepted in the company within the window."""
    return [row.use for row in _accepted([access.company.pk])[access.company.pk]]


def of_rights(access: CompanyAccess, known: Catalogue, before: Board, after: Board) -> Found:
    """Return what a change of rights would have refused."""
    here = access.company
    wanted = {here.pk: Wanted(here, rights_of(before), rights_of(after))}
    refused = _of_changes(known, wanted)[here.pk]
    return Found(refused, known, before.stored, is_told=access.may_view_rights)


def in_companies(
    access: OfficeAccess,
    known: Catalogue,
    wanted: Mapping[int, Wanted],
    integration: Integration | None = None,
) -> Mapping[int, Found]:
    """Return for each client company in which a change would have refused calls, which.

    For companies that ``access`` has read. A change of one ``integration`` alone asks about its
    calls alone, and needs to know its and the general rights alone.
    """
    replays = _of_changes(known, wanted, integration.pk if integration else None)
    return {
        pk: Found(refused, known, wanted[pk].before, is_told=True)
        for pk, refused in replays.items()
        if refused.refused
    }


def _of_changes(
    known: Catalogue, wanted: Mapping[int, Wanted], integration: int | None = None
) -> dict[int, Replay]:
    found, replays = _accepted(wanted, integration=integration), {}
    callers = _callers(known, found)
    for pk, one in wanted.items():
        world = _world(known, callers, one.company, found[pk], one.before)
        replays[pk] = replay((row.use for row in found[pk]), world, world.having(one.after))
    return replays


def of_identifier(access: CompanyAccess, identifier: int) -> Found:
    """Return what stopping an identifier in the company would have refused."""
    return _without(access, lambda row: row.used_by == identifier)


def of_person(access: CompanyAccess, owner: int) -> Found:
    """Return what it would have refused that a person's identifiers stop in the company."""
    return _without(access, lambda row: row.owner == owner)


def _without(access: CompanyAccess, stops: Callable[[Row], bool]) -> Found:
    found = _accepted([access.company.pk])
    return _found([access.company], found, stops, is_told=access.may_view_rights)


def of_own(access: CompanyAccess, identifier: int) -> Found:
    """Return what the end of one's own identifier would have refused, in all one's companies.

    Its owner is told what it was used for; a custom integration only where it is in the list.
    """
    mine = [one.company for one in access.user.memberships.select_related("company")]
    found = _accepted((company.pk for company in mine), identifier=identifier)
    return _found(mine, found, lambda _row: True, is_told=True)


def _found(
    companies: Iterable[Company],
    found: Mapping[int, list[Row]],
    stops: Callable[[Row], bool],
    *,
    is_told: bool,
) -> Found:
    rows = [row for same in found.values() for row in same]
    if not rows:
        return NOTHING_USED
    known = resources.catalogue_of(UUID(str(rows[0].version)) if rows[0].version else None)
    callers, replays = _callers(known, found), []
    for company in companies:
        here = found.get(company.pk, [])
        world = _world(known, callers, company, here, _rights(here))
        gone = {row.used_by for row in here if stops(row)}
        replays.append(replay((row.use for row in here), world, world.without(gone)))
    listed = {row.integration for row in rows if row.own is not None}
    return Found(joined(replays), known, listed, is_told=is_told)


def _accepted(companies: Iterable[int], **only: int | None) -> dict[int, list[Row]]:
    """Return what was accepted in some companies; ``only`` of one integration or identifier."""
    narrow = {name: [pk] for name, pk in only.items() if pk is not None}
    of = {"company": list(companies), **narrow}
    found: dict[int, list[Row]] = defaultdict(list)
    if not of["company"]:
        return found
    counted, values = summed(timezone.localdate() - WINDOW, **of)
    asked = ACCEPTED.format(summed=counted, **PARTS[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        for row in map(Row._make, cursor.fetchall()):
            found[row.company].append(row)
    return found


def _callers(known: Catalogue, found: Mapping[int, Iterable[Row]]) -> dict[int, Caller]:
    used = {row.integration for rows in found.values() for row in rows}
    return {
        one.pk: Caller(one.built_in, one.available_only, retired=one.retired)
        for one in resources.integrations(known, sorted(used))
    }


def _world(
    known: Catalogue,
    callers: Mapping[int, Caller],
    company: Company,
    rows: Iterable[Row],
    rights: Rights,
) -> World:
    """Return what decides now about the calls that were found in a company."""
    now, found = timezone.now(), list(rows)
    asked = {
        code: known.by_code[code] for code in {row.resource for row in found} & known.by_code.keys()
    }
    held = {pk: holder_of(row, now) for pk, row in {row.used_by: row for row in found}.items()}
    return World(
        package=company.package,
        callers=callers,
        holders={pk: holder for pk, holder in held.items() if holder is not None},
        resources={
            code: Resource(one.position, one.owner_role, retired=one.retired)
            for code, one in asked.items()
        },
        rights=rights,
    )


def _rights(rows: Iterable[Row]) -> Rights:
    """Return the rights of the integrations that some rows name, where they have their own."""
    found: dict[int | None, ResourceSet] = {}
    for row in rows:
        for whose, allowed in ((row.integration, row.own), (None, row.general)):
            if allowed is not None:
                found[whose] = ResourceSet.from_column(allowed)
    return found
