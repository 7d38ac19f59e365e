"""What the list of client companies shows, on the page and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.clients import texts
from apps.clients.reads import NEVER, ORDERS, Census, Clients
from apps.clients.rules import Need, needing
from apps.companies.texts import PACKAGES, company_count
from apps.core.days import told
from apps.core.lists import Head, written
from apps.core.paging import Page
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import Board
from apps.rights.texts import name_of
from apps.usage.models import Habit
from apps.usage.reads import habits_of
from apps.usage.rules import log_is_long_enough, unused
from apps.usage.texts import UNLISTED_CUSTOM, used

LOOKS: Mapping[Need, tuple[str, str]] = {
    Need.CLOSED: ("octagon", "icon-closed"),
    Need.LACKING: ("triangle", "icon-partly"),
    Need.GENERAL: ("info", "icon-quiet"),
    Need.PACKAGE: ("info", "icon-quiet"),
    Need.OWNER: ("person", "icon-partly"),
    Need.ENDING: ("clock", "icon-partly"),
    Need.REFUSED: ("octagon", "icon-closed"),
    Need.SILENT: ("clock", "icon-partly"),
    Need.UNUSED: ("info", "icon-quiet"),
}
"""How each need is drawn: its icon and the icon's class."""


@dataclass(frozen=True)
class Mark:
    """Something that needs attention: an icon, its class, and words."""

    icon: str
    look: str
    text: str

    @classmethod
    def of(cls, need: Need, text: str) -> Mark:
        """Give a need its icon and look; ``text`` says what is needed."""
        return cls(*LOOKS[need], text)


@dataclass(frozen=True)
class ClientRow:
    """One company of the list; dashes stand where its rights may not be seen."""

    name: str
    business_id: str
    office: str
    package: str
    is_open: bool
    traffic: str
    refused: str
    used_at: datetime | None
    integrations: int | str
    unit: str
    marks: list[Mark]
    changed_at: datetime | None

    @classmethod
    def of(cls, found: Any, board: Board, known: Catalogue) -> ClientRow:
        """Lay out one company as ``Clients`` finds it."""
        seen = found.shows_rights
        habits = habits_of(found) if seen else {}
        passed = [one.passed_at for one in habits.values() if one.passed_at]
        is_open = board.traffic_is_open
        return cls(
            name=found.name,
            business_id=found.business_id,
            office=str(found.office),
            package=str(PACKAGES[found.package]),
            refused=texts.refused(getattr(found, "refused", 0)) if seen else "",
            used_at=max(passed, default=None),
            is_open=is_open,
            traffic=texts.traffic(is_open=is_open) if seen else texts.NOT_SEEN,
            integrations=len(board.listed) if seen else texts.NOT_SEEN,
            unit=texts.unit(len(board.listed)),
            marks=[
                *_marks_of_rights(found.package, board),
                *_marks_of_identifiers(found),
                *_marks_of_calls(habits, board, known),
            ],
            changed_at=None if found.changed_at == NEVER else found.changed_at,
        )

    @property
    def used(self) -> str:
        """When its interface was used last, in words; a file says the moment instead."""
        return used(self.used_at, timezone.now()) if self.used_at else ""

    @property
    def changed(self) -> str:
        """When its rights were changed last, in words."""
        return texts.when(self.changed_at) if self.changed_at else ""

    def cells(self) -> list[object]:
        """Return the row as a file has it."""
        return [
            self.name,
            self.business_id,
            self.office,
            self.package,
            self.traffic,
            self.integrations,
            "; ".join(mark.text for mark in self.marks),
            self.changed_at,
            self.used_at,
        ]


def rows_of(found: Iterable[Any], boards: Mapping[int, Board], known: Catalogue) -> list[ClientRow]:
    """Lay out some companies with the rights of each."""
    return [ClientRow.of(one, boards[one.pk], known) for one in found]


def _marks_of_rights(package: str, board: Board) -> Iterator[Mark]:
    found = needing(board, package)
    if closed := found[Need.CLOSED]:
        names = [name_of(one.integration) for one in closed]
        yield Mark.of(Need.CLOSED, texts.blocked(names))
    if lacking := found[Need.LACKING]:
        needs = {name_of(one.integration): len(one.lacking) for one in lacking}
        yield Mark.of(Need.LACKING, texts.lacking(needs))
    if found[Need.GENERAL]:
        yield Mark.of(Need.GENERAL, texts.general_in_use())
    if found[Need.PACKAGE]:
        yield Mark.of(Need.PACKAGE, texts.no_interface(package))


def _marks_of_identifiers(found: Any) -> Iterator[Mark]:
    if found.without_owner:
        yield Mark.of(Need.OWNER, texts.without_owner(found.without_owner))
    if ends := [told(end) for end in found.ends or ()]:
        yield Mark.of(Need.ENDING, texts.ending(len(ends), min(ends)))


def _marks_of_calls(habits: Mapping[int, Habit], board: Board, known: Catalogue) -> Iterator[Mark]:
    if not habits:
        return
    today = timezone.localdate()
    if silent := [one for one in habits.values() if one.is_long_silent(today)]:
        names = [_name(known.integrations.get(one.integration), board) for one in silent]
        last = max(silent, key=lambda one: one.last_at)
        yield Mark.of(Need.SILENT, texts.silent(names, last))
    since = min(one.since for one in habits.values())
    left = unused(board, {pk: one.used for pk, one in habits.items()}, today)
    if left and log_is_long_enough(since, today):
        yield Mark.of(Need.UNUSED, texts.unused(sum(map(len, left.values()))))


def _name(one: Integration | None, board: Board) -> str:
    """Return its name as far as the company may know it (docs/decisions/004)."""
    known = one and (one.pk in board.stored or not one.is_custom)
    return one.name if one and known else str(UNLISTED_CUSTOM)


@dataclass(frozen=True)
class ClientsPage:
    """One page of the client companies; ``after`` is the key of the next, empty on the last.

    ``size`` says how many there are in which office, ``needing`` how many of them need
    attention, ``matching`` how many the filter means.
    """

    rows: list[ClientRow]
    after: str
    heads: dict[str, Head]
    size: str
    needing: str
    needs_attention: bool
    matching: str
    shows_offices: bool
    may_found: bool

    @classmethod
    def of(
        cls,
        clients: Clients,
        found: Page[Any],
        boards: Mapping[int, Board],
        census: Census,
        sort: str,
    ) -> ClientsPage:
        """Lay out some companies with the rights of each; the census is of all."""
        offices = [office.name for office in clients.access.all_offices]
        return cls(
            rows=rows_of(found.rows, boards, clients.catalogue),
            after=written(found.next_key),
            heads=Head.all(ORDERS, texts.SORTS, sort),
            size=texts.size(census.size, offices),
            needing=texts.needing(census.needing),
            needs_attention=census.needing > 0,
            matching=company_count(len(census.found)),
            shows_offices=len(offices) > 1,
            may_found=bool(clients.access.offices),
        )
