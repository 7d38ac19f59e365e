"""What one client company's row shows, and what needs attention in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from apps.companies.models import Company
from apps.companies.rules import includes_interface
from apps.office.clients import rules, texts
from apps.office.clients.rules import Need
from apps.resources.board import Standing
from apps.resources.texts import name_of

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


@dataclass(frozen=True)
class Mark:
    """Something that needs attention: an icon and words."""

    icon: str
    look: str
    text: str


@dataclass(frozen=True)
class Client:
    """One company of the list; ``found`` comes from ``with_identifiers``."""

    found: Any
    standings: list[Standing]

    @property
    def company(self) -> Company:
        """The company itself."""
        return self.found  # type: ignore[no-any-return]

    @property
    def is_open(self) -> bool:
        """Whether anything is in force."""
        return any(standing.in_force for standing in self.standings)

    @property
    def traffic(self) -> str:
        """The same in words."""
        return texts.traffic(is_open=self.is_open)

    @property
    def changed_at(self) -> datetime | None:
        """When anything was changed there last."""
        return None if self.found.changed_at == NEVER else self.found.changed_at

    @cached_property
    def marks(self) -> list[Mark]:
        """What needs attention, the worst first."""
        return [*self._marks_of_rights(), *self._marks_of_identifiers()]

    def _marks_of_rights(self) -> Iterator[Mark]:
        if closed := self._needing(Need.CLOSED):
            names = [name_of(one.integration) for one in closed]
            yield Mark("octagon", "icon-closed", texts.blocked(names))
        if lacking := self._needing(Need.LACKING):
            needs = {name_of(one.integration): len(one.lacking) for one in lacking}
            yield Mark("triangle", "icon-partly", texts.lacking(needs))
        if self._needing(Need.GENERAL):
            yield Mark("info", "icon-quiet", texts.general_in_use())
        if is_carried_nowhere(self.company, self.standings):
            yield Mark("info", "icon-quiet", texts.no_interface(self.company.package))

    def _marks_of_identifiers(self) -> Iterator[Mark]:
        if count := self.found.without_owner:
            yield Mark("person", "icon-partly", texts.without_owner(count))
        if count := self.found.ending:
            yield Mark("clock", "icon-partly", texts.ending(count, self.found.first_end))

    def _needing(self, need: Need) -> list[Standing]:
        return [standing for standing in self.standings if need_of(standing) is need]


def is_carried_nowhere(company: Company, standings: list[Standing]) -> bool:
    """Tell whether something is allowed that the company's package does not carry."""
    return not includes_interface(company.package) and any(map(is_idle, standings))
