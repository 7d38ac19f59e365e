"""What one row, switch, section or line of the rights page shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.resources.catalog.snapshot import Catalogue
from apps.resources.kept import kept
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
    """The General view's column: how many listed integrations may use the resource.

    ``lines`` says of each whether it may, with its address, while the list below is open.
    """

    allowed: int
    total: int
    lines: list[tuple[Integration, bool, str]] | None

    @property
    def is_open(self) -> bool:
        """Whether the integrations are listed below the row."""
        return self.lines is not None


@dataclass(frozen=True)
class Row:
    """One resource, as one person sees it for one integration."""

    catalogue: Catalogue
    resource: InterfaceResource
    allowed: bool
    needed: bool
    editable: bool
    cell: Cell | None

    @property
    def html(self) -> str:
        """The row; all but the General view's cell is kept from earlier pages."""
        return self._html(oob=False)

    @property
    def out_of_band(self) -> str:
        """The row as htmx puts it in the place of the one with its id."""
        return self._html(oob=True)

    def _html(self, *, oob: bool) -> str:
        key = (self.resource.position, self.allowed, self.needed, self.editable, oob)
        facts = {"row": self, "resource": self.resource, "oob": oob}
        return kept(self.catalogue, "resources/_row.html", key, facts, cell=self._cell(oob=oob))

    def _cell(self, *, oob: bool) -> str:
        if self.cell is None:
            return ""
        key = (self.resource.position, self.cell.allowed, self.cell.total)
        facts = {"cell": self.cell, "resource": self.resource, "oob": oob}
        keep = not self.cell.is_open
        return kept(self.catalogue, "resources/_cell.html", key if keep else None, facts)


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
    address: str
    current: bool
    allowed: int
    total: int
    sign: SignLook | None

    @property
    def is_custom(self) -> bool:
        """Whether it stands under the heading of custom integrations."""
        return self.integration is not None and self.integration.is_custom

    @property
    def key(self) -> str:
        """The end of its id."""
        return self.integration.public_id if self.integration else "general"
