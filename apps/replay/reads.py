"""Which calls a change would have refused: counted from usage, one statement for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.models import Company
from apps.gateway.reads import holder_of
from apps.gateway.rules import Caller, Holder, Resource
from apps.replay.rules import FEW, WINDOW, Lost, Replay, Use, World, joined, replay
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Listing
from apps.resources.rules import Board
from apps.usage.models import Usage

ACCEPTED = """
SELECT used.company, used.integration, used.identifier, used.resource,
       used.times, used.days, used.first, used.last,
       a.id, a.owner_id, a.purpose, a.valid_until, a.paused_at, a.deactivated_at, u.is_active,
       m.id, m.roles, m.levels, m.valid_from, m.valid_until, s.id
FROM (
    SELECT company, integration, identifier, resource, SUM(count) AS times,
           COUNT(*) AS days, MIN(day) AS first, MAX(day) AS last
    FROM usage_usage WHERE company IN ({companies}) AND day >= %s AND verdict = '' {more}
    GROUP BY company, integration, identifier, resource
) used
LEFT JOIN identifiers_apiidentifier a ON a.id = used.identifier
LEFT JOIN accounts_user u ON u.id = a.owner_id
LEFT JOIN companies_membership m ON m.user_id = a.owner_id AND m.company_id = used.company
LEFT JOIN identifiers_identifierstop s
       ON s.company_id = used.company AND s.identifier_id = a.id
"""
"""What was accepted, and the identifiers that asked as they are now (docs/decisions/018)."""


class Row(NamedTuple):
    """The columns of the statement, in their order."""

    company: int
    integration: int
    used_by: int
    resource: str
    times: int
    days: int
    first: Any
    last: Any
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

    @property
    def use(self) -> Use:
        """What was used."""
        return Use(
            self.integration,
            self.used_by,
            self.resource,
            int(self.times),
            self.days,
            _day(self.first),
            _day(self.last),
        )


def _day(stored: date | str) -> date:
    """Return a day: SQLite keeps them as text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


@dataclass(frozen=True)
class Wanted:
    """A change of rights in one company: what they are, and what they would be."""

    company: Company
    before: Board
    after: Board


@dataclass(frozen=True)
class Found:
    """A replay with what its lines name; ``is_told`` says whether this person may read them.

    ``days`` are those on which something was used, where they are few; ``listed`` are the
    integrations that the company knows.
    """

    replay: Replay
    days: Mapping[tuple[int, str], list[date]]
    known: Catalogue
    listed: Collection[int | None]
    is_told: bool


NOTHING_USED = Found(Replay(), {}, Catalogue([]), (), is_told=False)


def of_rights(access: CompanyAccess, known: Catalogue, before: Board, after: Board) -> Found:
    """Return what a change of rights would have refused."""
    wanted = {access.company.pk: Wanted(access.company, before, after)}
    replay = _of_changes(known, wanted)[access.company.pk]
    return _told(access, [access.company.pk], replay, known, before.stored)


def in_companies(
    access: OfficeAccess, known: Catalogue, wanted: Mapping[int, Wanted]
) -> Mapping[int, Replay]:
    """Return for each client company what a change of rights there would have refused."""
    served = set(access.companies.filter(pk__in=wanted).values_list("pk", flat=True))
    return _of_changes(known, {pk: one for pk, one in wanted.items() if pk in served})


def _of_changes(known: Catalogue, wanted: Mapping[int, Wanted]) -> dict[int, Replay]:
    found = _accepted(wanted)
    worlds = _worlds(known, {pk: (one.company, one.before) for pk, one in wanted.items()}, found)
    return {
        pk: replay(
            [row.use for row in found[pk]], worlds[pk], worlds[pk].having(_rights(one.after))
        )
        for pk, one in wanted.items()
    }


def of_identifier(access: CompanyAccess, identifier: int) -> Found:
    """Return what stopping an identifier in the company would have refused."""
    return _without(access, lambda row: row.used_by == identifier)


def of_person(access: CompanyAccess, owner: int) -> Found:
    """Return what it would have refused that a person's identifiers stop in the company."""
    return _without(access, lambda row: row.owner == owner)


def _without(access: CompanyAccess, stops: Callable[[Row], bool]) -> Found:
    here = access.company
    rows = _accepted([here.pk])[here.pk]
    if not rows:
        return NOTHING_USED
    known = resources.catalogue()
    board = resources.board(access, known)
    world = _worlds(known, {here.pk: (here, board)}, {here.pk: rows})[here.pk]
    gone = {row.used_by for row in rows if stops(row)}
    refused = replay([row.use for row in rows], world, world.without(gone))
    return _told(access, [here.pk], refused, known, board.stored)


def of_own(access: CompanyAccess, identifier: int) -> Found:
    """Return what the end of one's own identifier would have refused, in all one's companies.

    Its owner is told what it was used for, a custom integration's name excepted.
    """
    companies = {one.company_id: one.company for one in _memberships(access)}
    found = _accepted(companies, identifier=identifier)
    if not found:
        return NOTHING_USED
    known = resources.catalogue()
    boards: dict[int, dict[int | None, Any]] = defaultdict(dict)
    for one in Listing.objects.filter(company__in=found):
        boards[one.company_id][one.integration_id] = one.stored
    stands = {pk: (companies[pk], resources.board_of(known, boards[pk])) for pk in found}
    worlds = _worlds(known, stands, found)
    refused = joined(
        replay([row.use for row in rows], worlds[pk], worlds[pk].without([identifier]))
        for pk, rows in found.items()
    )
    days = days_of(access, found, refused.lost)
    return Found(refused, days, known, listed=(), is_told=True)


def _memberships(access: CompanyAccess) -> Any:
    return access.user.memberships.select_related("company")


def _accepted(companies: Iterable[int], identifier: int | None = None) -> dict[int, list[Row]]:
    pks, more = list(companies), "" if identifier is None else "AND identifier = %s"
    found: dict[int, list[Row]] = defaultdict(list)
    if not pks:
        return found
    since = connection.ops.adapt_datefield_value(timezone.localdate() - WINDOW)
    asked = ACCEPTED.format(companies=", ".join(["%s"] * len(pks)), more=more)
    values = [*pks, since, *([] if identifier is None else [identifier])]
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        for row in map(Row._make, cursor.fetchall()):
            found[row.company].append(row)
    return found


def _worlds(
    known: Catalogue,
    stands: Mapping[int, tuple[Company, Board]],
    found: Mapping[int, Iterable[Row]],
) -> dict[int, World]:
    """Return what decides now in each company about the calls that were found."""
    used = {row.integration for rows in found.values() for row in rows}
    callers = {
        one.pk: Caller(one.built_in, one.available_only, retired=one.retired)
        for one in resources.integrations(known, sorted(used))
    }
    asked = {
        code: Resource(one.position, one.owner_role, retired=one.retired)
        for code, one in known.by_code.items()
    }
    return {
        pk: World(company.package, callers, _holders(found.get(pk, [])), asked, _rights(board))
        for pk, (company, board) in stands.items()
    }


def _holders(rows: Iterable[Row]) -> dict[int, Holder]:
    now = timezone.now()
    held = {row.used_by: holder_of(row, now) for row in rows}
    return {pk: holder for pk, holder in held.items() if holder is not None}


def _rights(board: Board) -> dict[int | None, Any]:
    return {pk: stored.allowed for pk, stored in board.stored.items()}


def _told(
    access: CompanyAccess,
    companies: Iterable[int],
    refused: Replay,
    known: Catalogue,
    listed: Collection[int | None],
) -> Found:
    days = days_of(access, companies, refused.lost if access.may_view_rights else ())
    return Found(refused, days, known, listed, is_told=access.may_view_rights)


def days_of(
    access: CompanyAccess, companies: Iterable[int], lost: Collection[Lost]
) -> Mapping[tuple[int, str], list[date]]:
    """Return on which days each was used that was used on few; no statement for none.

    Of companies whose calls the person has been told of.
    """
    few = [one for one in lost if one.days <= FEW]
    found: dict[tuple[int, str], list[date]] = defaultdict(list)
    if not few:
        return found
    rows = Usage.objects.filter(
        company__in=list(companies),
        day__gte=timezone.localdate() - WINDOW,
        verdict="",
        integration__in={one.integration for one in few},
        resource__in={one.resource for one in few},
    )
    for integration, resource, day in rows.values_list("integration", "resource", "day").distinct():
        found[integration, resource].append(day)
    return found
