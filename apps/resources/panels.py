"""Everything that the rights page shows, gathered once; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.companies.access import CompanyAccess, grantors
from apps.companies.models import Membership
from apps.companies.rules import includes_interface
from apps.resources import notices, texts
from apps.resources.addresses import address
from apps.resources.board import Board, Standing
from apps.resources.catalog.snapshot import CatalogueSection, Pieces
from apps.resources.facts import Cell, Control, GroupPanel, Row, SectionPanel
from apps.resources.filters import Filter
from apps.resources.forms import ALL, SECTION
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet, Share, share
from apps.resources.sides import Sides


@dataclass(frozen=True)
class RightsPage:
    """Everything about one company's rights, seen from one integration or in general."""

    access: CompanyAccess
    board: Board
    integration: Integration | None
    opened: Collection[str] = field(default=())
    filter: Filter = field(default=Filter())
    newly_listed: bool = False

    @cached_property
    def standing(self) -> Standing:
        """The rights of what is picked."""
        return self.board.of(self.integration)

    @cached_property
    def usable(self) -> ResourceSet:
        """What can be allowed for what is picked."""
        return self.standing.usable

    @cached_property
    def in_force(self) -> ResourceSet:
        """What is allowed for it and counts."""
        return self.standing.in_force

    @cached_property
    def shown(self) -> ResourceSet:
        """The resources whose rows are shown."""
        if not self.filter.active:
            return self.usable
        return self.usable & self.filter.matches(self.board.catalogue, self.in_force)

    @property
    def shown_allowed(self) -> ResourceSet:
        """Those of the shown resources that are in force."""
        return self.shown & self.in_force

    @property
    def editable(self) -> bool:
        """Whether there are switches."""
        return self.access.may_edit_rights

    @property
    def name(self) -> str:
        """The name of what is picked."""
        return texts.name_of(self.integration)

    @property
    def public_id(self) -> str | None:
        """The picked integration's part of the address."""
        return self.integration.public_id if self.integration else None

    @property
    def url(self) -> str:
        """The address of this page."""
        return address(self.access, "rights", self.public_id)

    @property
    def set_url(self) -> str:
        """Where its switches post to."""
        return address(self.access, "set_rights", self.public_id)

    @property
    def undo_url(self) -> str:
        """Where its Undo posts to."""
        return address(self.access, "undo_rights", self.public_id)

    @property
    def filter_url(self) -> str:
        """Where the rows come from while somebody types into the filter."""
        return address(self.access, "filter_rights", self.public_id)

    @property
    def unlisted(self) -> bool:
        """Whether an integration is picked that the general rights still apply to."""
        return self.integration is not None and not self.standing.listed

    @property
    def allowed(self) -> int:
        """How many resources are in force by own rights."""
        return len(self.in_force)

    @property
    def total(self) -> int:
        """How many resources can be."""
        return len(self.usable)

    @property
    def from_general(self) -> ResourceSet:
        """What the general rights give an unlisted integration now."""
        return self.board.general.in_force & self.usable

    @cached_property
    def needed(self) -> ResourceSet:
        """What the picked integration needs, as far as it can be allowed."""
        return self.integration.needed & self.usable if self.integration else ResourceSet()

    @property
    def lacking(self) -> ResourceSet:
        """What it needs and is blocked."""
        return self.needed - self.in_force

    @property
    def notice(self) -> notices.Notice | None:
        """What to know about the picked integration's rights."""
        if self.integration is None:
            return None
        return notices.about(
            self.standing,
            needed=self.needed,
            general=self.from_general,
            newly_listed=self.newly_listed,
        )

    @property
    def needs_source(self) -> str:
        """How we know what it needs."""
        return notices.source_of(self.integration)

    @property
    def only_built_in(self) -> bool:
        """Whether the company's package carries the traffic of built-in integrations alone."""
        return not includes_interface(self.access.company.package)

    @cached_property
    def grantors(self) -> list[Membership]:
        """Who can give a reader the right to edit."""
        return [] if self.editable else grantors(self.access.company, self.access.user)

    @property
    def control(self) -> Control | None:
        """The control of the bar; while filtering, buttons about what is shown replace it."""
        if not self.editable or self.filter.active:
            return None
        label = _("All resources of %(integration)s") % {"integration": self.name}
        return self._control("all", ALL, label, self.usable, texts.INTEGRATION_WORDS)

    @cached_property
    def sides(self) -> Sides:
        """The panels at the sides."""
        return Sides(self.access, self.board, self.integration)

    @cached_property
    def sections(self) -> list[SectionPanel]:
        """The sections that have something to show."""
        return self.sections_with(self.shown)

    def sections_with(self, wanted: ResourceSet) -> list[SectionPanel]:
        """Return the sections of some resources, each with all its shown rows."""
        return [
            self._section(section)
            for section in self.board.catalogue.sections
            if section.positions & self.shown & wanted
        ]

    def rows_of(self, wanted: ResourceSet) -> list[Row]:
        """Return the shown rows of some resources."""
        return [self._row(found) for found in self.board.catalogue.of(wanted & self.shown)]

    @property
    def needed_rows(self) -> list[Row]:
        """What it needs, row by row."""
        return [self._row(found) for found in self.board.catalogue.of(self.needed)]

    def row(self, code: str) -> Row:
        """Return the row of one resource; Http404 for what is not available here."""
        resource = self.board.catalogue.by_code.get(code)
        if resource is None or resource.position not in self.usable:
            raise Http404
        return self._row(resource)

    def anchor(self, within: ResourceSet) -> str:
        """Return where on the page a change was made: its row, its section, or the top."""
        rows, sections = self.rows_of(within), self.sections_with(within)
        if len(rows) == 1:
            return f"#r-{rows[0].resource.position}"
        return f"#s-{sections[0].code}" if len(sections) == 1 else ""

    @cached_property
    def _pieces(self) -> Pieces:
        return self.board.catalogue.pieces()

    def _section(self, section: CatalogueSection) -> SectionPanel:
        usable = section.positions & self.usable
        code, name = section.section.code, section.section.name
        label = _("All resources in %(section)s") % {"section": name}
        control = self._control(code, f"{SECTION}{code}", label, usable, texts.SECTION_WORDS)
        groups = [
            GroupPanel(group, len(section.groups) > 1, rows)
            for group, resources in section.groups
            if (rows := [self._row(one) for one in resources if one.position in self.shown])
        ]
        switchable = self.editable and not self.filter.active
        return SectionPanel(
            self._pieces,
            code,
            name,
            len(usable & self.in_force),
            len(usable),
            control if switchable else None,
            groups,
        )

    def _row(self, resource: InterfaceResource) -> Row:
        return Row(
            pieces=self._pieces,
            resource=resource,
            allowed=resource.position in self.in_force,
            needed=resource.position in self.needed,
            editable=self.editable,
            cell=None if self.integration else self._cell(resource),
        )

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

    def _control(
        self, key: str, what: str, label: str, usable: ResourceSet, words: Mapping[Share, Promise]
    ) -> Control:
        allowed = len(usable & self.in_force)
        part = share(allowed, len(usable))
        return Control(key, what, label, words[part], part, allowed, len(usable) - allowed)
