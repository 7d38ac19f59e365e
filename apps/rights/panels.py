"""Everything that the rights page shows, gathered once; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.reads import grantors
from apps.companies.rules import includes_interface
from apps.resources.board import Board, Standing
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet
from apps.rights import notices, texts
from apps.rights.addresses import address
from apps.rights.facts import Control, Row
from apps.rights.filters import Filter
from apps.rights.kept import kept
from apps.rights.sections import SectionPanel, Sections
from apps.rights.sides import Sides


@dataclass(frozen=True)
class RightsPage:
    """Everything about one company's rights, seen from one integration or in general.

    ``working`` is how many API identifiers work in the company, where somebody asked: without
    one, rights open nothing.
    """

    access: CompanyAccess
    board: Board
    integration: Integration | None
    opened: Collection[str] = field(default=())
    filter: Filter = field(default=Filter())
    newly_listed: bool = False
    working: int | None = None

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

    @cached_property
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
        return [] if self.editable else grantors(self.access)

    @property
    def control(self) -> Control | None:
        """The control of the bar; while filtering, buttons about what is shown replace it."""
        return self.within.whole if self.within.switchable else None

    @cached_property
    def sides(self) -> Sides:
        """The panels at the sides."""
        return Sides(self.access, self.board, self.integration)

    @cached_property
    def within(self) -> Sections:
        """The sections and rows of what is picked."""
        return Sections(
            board=self.board,
            standing=self.standing,
            sides=self.sides,
            shown=self.shown,
            needed=self.needed,
            editable=self.editable,
            filtering=self.filter.active,
            opened=self.opened,
        )

    def changed(self, wanted: ResourceSet, *, bar: bool) -> SafeString:
        """Return what a change of some resources alters, each part for htmx to put in place."""
        rows = [row.switch for row in self.within.rows(wanted)]
        sections = [section.changed for section in self.within.of(wanted)]
        picked = [self.bar_changed, self.sides.picked.swapped] if bar else []
        return SafeString("".join([*rows, *sections, *picked, self.notices_changed]))

    @property
    def bar_changed(self) -> str:
        """The bar's counts and control as htmx puts them in the place of the former ones."""
        shown = (self.filter.active, len(self.shown), bool(self.shown_allowed))
        key = (self.public_id, self.allowed, self.total, self.editable, *shown)
        return kept(self.within.pieces, "rights/_bar_changed.html", key, {"page": self})

    @property
    def notices(self) -> str:
        """What to know before pressing anything."""
        return self._notices(oob=False)

    @property
    def notices_changed(self) -> str:
        """The same as htmx puts it there; no change alters that of the general rights."""
        return self._notices(oob=True) if self.integration else ""

    def _notices(self, *, oob: bool) -> str:
        given = len(self.from_general) if self.unlisted else 0
        shown = (self.unlisted, self.newly_listed, self.only_built_in, given, len(self.lacking))
        # A reader's names people, so it is not kept.
        key = (self.public_id, *shown, oob) if self.editable else None
        return kept(self.within.pieces, "rights/_notices.html", key, {"page": self, "oob": oob})

    @cached_property
    def sections(self) -> list[SectionPanel]:
        """The sections that have something to show."""
        return self.within.of(self.shown)

    @property
    def needed_rows(self) -> list[Row]:
        """What it needs, row by row."""
        return self.within.rows(self.needed)

    def row(self, code: str) -> Row:
        """Return the row of one resource; Http404 for what is not available here."""
        resource = self.board.catalogue.by_code.get(code)
        if resource is None or resource.position not in self.usable:
            raise Http404
        return self.within.row(resource)

    def anchor(self, wanted: ResourceSet) -> str:
        """Return where on the page a change was made: its row, its section, or the top."""
        rows, sections = self.within.rows(wanted), self.within.of(wanted)
        if len(rows) == 1:
            return f"#r-{rows[0].resource.position}"
        return f"#s-{sections[0].code}" if len(sections) == 1 else ""
