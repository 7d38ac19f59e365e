"""What one client company's row shows, and what needs attention in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.functional import cached_property

from apps.clients import rules, texts
from apps.clients.rules import Need
from apps.companies.models import Company
from apps.companies.rules import includes_interface
from apps.resources.board import Board, Standing
from apps.rights.texts import name_of

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a company was changed that never was."""


def need_of(standing: Standing) -> Need | None:
    """Return what one listing, or the general access rights, need."""
    return rules.need_of_rights(
        is_general=standing.integration is None,
        in_force=standing.in_force,
        sign=standing.sign,
    )


def is_idle(standing: Standing) -> bool:
    """Tell whether what is allowed moves only on packages with the interface service."""
    integration = standing.integration
    return rules.wants_interface(
        in_force=standing.in_force, built_in=integration is not None and integration.built_in
    )


LOOKS: Mapping[Need, tuple[str, str]] = {
    Need.CLOSED: ("octagon", "icon-closed"),
    Need.LACKING: ("triangle", "icon-partly"),
    Need.GENERAL: ("info", "icon-quiet"),
    Need.PACKAGE: ("info", "icon-quiet"),
    Need.OWNER: ("person", "icon-partly"),
    Need.ENDING: ("clock", "icon-partly"),
}
"""How each need is drawn: its icon and the icon's class."""


@dataclass(frozen=True)
class Mark:
    """Something that needs attention: an icon and words."""

    need: Need
    text: str

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return LOOKS[self.need][0]

    @property
    def look(self) -> str:
        """The class of its icon."""
        return LOOKS[self.need][1]


@dataclass(frozen=True)
class Client:
    """One company of the list; ``found`` comes from ``with_identifiers``."""

    found: Any
    board: Board

    @property
    def company(self) -> Company:
        """The company itself."""
        return self.found  # type: ignore[no-any-return]

    @property
    def traffic(self) -> str:
        """Whether API traffic is open, in one word; a dash where rights may not be seen."""
        if not self.found.shows_rights:
            return texts.NOT_SEEN
        return texts.traffic(is_open=self.board.traffic_is_open)

    @property
    def integrations(self) -> int | str:
        """How many integrations are listed; a dash where rights may not be seen."""
        return self.found.integrations if self.found.shows_rights else texts.NOT_SEEN

    @property
    def unit(self) -> str:
        """What is counted, in words that fit the number."""
        return texts.unit(self.found.integrations)

    @property
    def changed_at(self) -> datetime | None:
        """When anything was changed there last."""
        return None if self.found.changed_at == NEVER else self.found.changed_at

    @property
    def changed(self) -> str:
        """The same in words."""
        return texts.when(self.changed_at) if self.changed_at else ""

    @cached_property
    def marks(self) -> list[Mark]:
        """What needs attention, the worst first."""
        return [*self._marks_of_rights(), *self._marks_of_identifiers()]

    @property
    def cells(self) -> list[object]:
        """The row as a file has it."""
        company = self.company
        return [
            company.name,
            company.business_id,
            company.office,
            company.get_package_display(),
            self.traffic,
            self.integrations,
            "; ".join(mark.text for mark in self.marks),
            self.changed_at,
        ]

    def _marks_of_rights(self) -> Iterator[Mark]:
        closed = needing(self.board, Need.CLOSED)
        if closed:
            names = [name_of(one.integration) for one in closed]
            yield Mark(Need.CLOSED, texts.blocked(names))
        lacking = needing(self.board, Need.LACKING)
        if lacking:
            needs = {name_of(one.integration): len(one.lacking) for one in lacking}
            yield Mark(Need.LACKING, texts.lacking(needs))
        if needing(self.board, Need.GENERAL):
            yield Mark(Need.GENERAL, texts.general_in_use())
        if carries_nothing(self.company, self.board):
            yield Mark(Need.PACKAGE, texts.no_interface(self.company.package))

    def _marks_of_identifiers(self) -> Iterator[Mark]:
        if count := self.found.without_owner:
            yield Mark(Need.OWNER, texts.without_owner(count))
        if count := self.found.ending:
            yield Mark(Need.ENDING, texts.ending(count, self.found.first_end))


def needing(board: Board, need: Need) -> list[Standing]:
    """Return the standings of a company that need something."""
    return [standing for standing in board.all if need_of(standing) is need]


def carries_nothing(company: Company, board: Board) -> bool:
    """Tell whether something is allowed that the company's package does not carry."""
    return not includes_interface(company.package) and any(map(is_idle, board.all))
