"""The sections of the rights page, with their rows, for what is picked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.resources.board import Board, Standing
from apps.resources.catalog.snapshot import CatalogueSection, Pieces
from apps.resources.models import InterfaceResource
from apps.resources.rules import ResourceSet, Share, share
from apps.rights import texts
from apps.rights.facts import Cell, Control, GroupPanel, Row
from apps.rights.forms import ALL, SECTION
from apps.rights.kept import kept, kept_whole
from apps.rights.sides import Sides


@dataclass(frozen=True)
class Sections:
    """What the rows are made of."""

    board: Board
    standing: Standing
    sides: Sides
    shown: ResourceSet
    needed: ResourceSet
    editable: bool
    filtering: bool
    opened: Collection[str]

    @property
    def switchable(self) -> bool:
        """Whether sections have a control; while filtering, what is shown has one instead."""
        return self.editable and not self.filtering

    @cached_property
    def pieces(self) -> Pieces:
        """The HTML that was kept of earlier pages."""
        return self.board.catalogue.pieces()

    def of(self, wanted: ResourceSet) -> list[SectionPanel]:
        """Return the sections of some resources, each with all its shown rows."""
        return [
            SectionPanel(self, section)
            for section in self.board.catalogue.sections
            if section.positions & self.shown & wanted
        ]

    def rows(self, wanted: ResourceSet) -> list[Row]:
        """Return the shown rows of some resources."""
        return [self.row(found) for found in self.board.catalogue.of(wanted & self.shown)]

    def row(self, resource: InterfaceResource) -> Row:
        """Return the row of one resource."""
        return Row(
            pieces=self.pieces,
            resource=resource,
            allowed=resource.position in self.standing.in_force,
            needed=resource.position in self.needed,
            editable=self.editable,
            cell=None if self.standing.integration else self._cell(resource),
        )

    def control(
        self, key: str, what: str, label: str, within: ResourceSet, words: Mapping[Share, Promise]
    ) -> Control:
        """Return the big switch of some resources."""
        usable = self.standing.usable & within
        allowed = len(usable & self.standing.in_force)
        part = share(allowed, len(usable))
        return Control(key, what, label, words[part], part, allowed, len(usable) - allowed)

    @property
    def whole(self) -> Control:
        """The big switch of everything."""
        name = texts.name_of(self.standing.integration)
        label = _("All resources of %(integration)s") % {"integration": name}
        return self.control("all", ALL, label, self.standing.usable, texts.INTEGRATION_WORDS)

    def _cell(self, resource: InterfaceResource) -> Cell:
        allowed, able = self.board.tally[resource.position]
        if resource.code not in self.opened:
            return Cell(allowed, able, None)
        anchor = f"#s-{resource.group.section.code}"
        lines = [
            (
                one.integration,
                resource.position in one.in_force,
                self.sides.link(one).address + anchor,
            )
            for one in self.board.listed
            if one.integration and resource.position in one.usable
        ]
        return Cell(allowed, able, lines)


@dataclass(frozen=True)
class SectionPanel:
    """One section: its counts are of all its resources, its groups have the rows shown."""

    page: Sections
    section: CatalogueSection

    @property
    def code(self) -> str:
        """Its part of the ids on the page."""
        return self.section.section.code

    @property
    def selector(self) -> str:
        """Where it is on the page."""
        return f"#s-{self.code}"

    @property
    def name(self) -> str:
        """Its name in the active language."""
        return self.section.section.name

    @cached_property
    def total(self) -> int:
        """How many of its resources can be allowed."""
        return len(self.section.positions & self.page.standing.usable)

    @cached_property
    def allowed(self) -> int:
        """How many are in force."""
        return len(self.section.positions & self.page.standing.in_force)

    @property
    def control(self) -> Control | None:
        """Its big switch."""
        if not self.page.switchable:
            return None
        label = _("All resources in %(section)s") % {"section": self.name}
        within, what = self.section.positions, f"{SECTION}{self.code}"
        return self.page.control(self.code, what, label, within, texts.SECTION_WORDS)

    @property
    def groups(self) -> list[GroupPanel]:
        """Its groups that have something to show."""
        return [
            GroupPanel(group, len(self.section.groups) > 1, rows)
            for group, resources in self.section.groups
            if (rows := [self.page.row(one) for one in resources if one.position in self.shown])
        ]

    @property
    def shown(self) -> ResourceSet:
        """The resources whose rows are shown."""
        return self.section.positions & self.page.shown

    @property
    def html(self) -> str:
        """The section with its rows; the whole is kept, but not for every word of a filter."""
        if self.page.opened or self.page.filtering:
            return self._made()
        reading = self.page.board.catalogue.reading
        return kept_whole("section", reading, self._facts, self._made)

    @property
    def changed(self) -> str:
        """Its counts and control as htmx puts them in the place of the former ones."""
        key = (self.code, self.allowed, self.total, self.page.switchable)
        return kept(self.page.pieces, "rights/_section_changed.html", key, {"section": self})

    @property
    def line(self) -> str:
        """Its line in the index at the side."""
        key = (self.code, self.allowed, self.total)
        return kept(self.page.pieces, "rights/_index.html", key, {"section": self})

    @property
    def _facts(self) -> tuple[object, ...]:
        within, page = self.section.positions, self.page
        tally = () if page.standing.integration else [page.board.tally[one] for one in self.shown]
        sets = (page.standing.in_force, page.standing.usable, page.needed, page.shown)
        marks = [(one & within).hex for one in sets]
        return (self.code, *marks, page.editable, page.switchable, *tally)

    def _made(self) -> SafeString:
        groups = "".join([group.html(self.page.pieces) for group in self.groups])
        key = (self.code, self.allowed, self.total, self.page.switchable)
        facts = {"section": self}
        return kept(self.page.pieces, "rights/_section.html", key, facts, cell=groups)
