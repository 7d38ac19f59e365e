"""What one row, switch, section or line of the rights page shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import Share
from apps.resources.texts import SignLook


@dataclass(frozen=True)
class Control:
    """The big switch of a section or an integration."""

    key: str
    what: str
    label: str
    word: str | Promise
    share: Share
    allowed: int
    rest: int

    @property
    def presses(self) -> str:
        """What pressing it asks for: all allowed blocks, anything else allows the rest."""
        return "block" if self.share is Share.ALL else "allow"

    @property
    def mixed(self) -> bool:
        """Whether only some is allowed."""
        return self.share is Share.SOME


@dataclass(frozen=True)
class Cell:
    """The General view's column: how many listed integrations may use the resource."""

    allowed: int
    total: int
    lines: list[tuple[Integration, bool]] | None

    @property
    def is_open(self) -> bool:
        """Whether the integrations are listed below the row."""
        return self.lines is not None


@dataclass(frozen=True)
class Row:
    """One resource."""

    resource: InterfaceResource
    allowed: bool
    editable: bool
    cell: Cell | None


@dataclass(frozen=True)
class SectionPanel:
    """One section with its groups of rows; a section with one group has no sub-heading."""

    code: str
    name: str
    allowed: int
    total: int
    control: Control | None
    groups: list[tuple[str, list[Row]]]


@dataclass(frozen=True)
class Link:
    """One line of the Integrations panel."""

    integration: Integration | None
    name: str
    current: bool
    allowed: int
    total: int
    sign: SignLook | None

    @property
    def key(self) -> str:
        """The end of its id."""
        return self.integration.public_id if self.integration else "general"
