"""What one row, switch, section or line of the rights page shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.resources.catalog.snapshot import Pieces
from apps.resources.models import Integration, InterfaceResource, ResourceGroup
from apps.resources.rules import Share, Sign
from apps.rights.kept import kept
from apps.rights.texts import SIGNS, SignLook


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

    pieces: Pieces
    resource: InterfaceResource
    allowed: bool
    needed: bool
    editable: bool
    cell: Cell | None

    @property
    def html(self) -> str:
        """The row; all but the General view's cell is kept from earlier pages."""
        key = (self.resource.position, self.allowed, self.needed, self.editable)
        facts = {"row": self, "resource": self.resource}
        cell = self.cell_html(oob=False) if self.cell else ""
        return kept(self.pieces, "rights/_row.html", key, facts, cell=cell)

    @property
    def switch(self) -> str:
        """The switch as htmx puts it in the place of the one with its id."""
        key = (self.resource.position, self.allowed)
        facts = {"resource": self.resource, "allowed": self.allowed, "oob": True}
        return kept(self.pieces, "rights/_switch.html", key, facts)

    def cell_html(self, *, oob: bool) -> str:
        """The General view's cell, in its row or as htmx puts it there."""
        facts = {"cell": self.cell, "resource": self.resource, "oob": oob}
        if self.cell is None or self.cell.is_open or oob:
            return kept(self.pieces, "rights/_cell.html", None, facts)
        key = (self.resource.position, self.cell.allowed, self.cell.total)
        return kept(self.pieces, "rights/_cell.html", key, facts)


@dataclass(frozen=True)
class GroupPanel:
    """Some rows of a section, under a heading unless the section has one group only."""

    group: ResourceGroup
    headed: bool
    rows: list[Row]

    def html(self, pieces: Pieces) -> str:
        """The heading and the rows."""
        rows = "".join([row.html for row in self.rows])
        key = (self.group.code, self.headed)
        return kept(pieces, "rights/_group.html", key, {"panel": self}, cell=rows)


@dataclass(frozen=True)
class Link:
    """One line of the Integrations panel."""

    pieces: Pieces
    integration: Integration | None
    name: str
    address: str
    current: bool
    allowed: int
    total: int
    sign: Sign | None

    @property
    def look(self) -> SignLook | None:
        """How its warning looks."""
        return SIGNS[self.sign] if self.sign else None

    @property
    def is_custom(self) -> bool:
        """Whether it stands under the heading of custom integrations."""
        return self.integration is not None and self.integration.is_custom

    @property
    def html(self) -> str:
        """The line; all but its address is kept."""
        return self._made(oob=False)

    @property
    def swapped(self) -> str:
        """The line as htmx puts it in the place of the one that is picked."""
        return self._made(oob=True)

    def _made(self, *, oob: bool) -> str:
        pk = self.integration.pk if self.integration else None
        key = (pk, self.allowed, self.total, self.sign, self.current, oob)
        facts = {"link": self, "oob": oob}
        return kept(self.pieces, "rights/_link.html", key, facts, cell=self.address)
