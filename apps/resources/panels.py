"""The facts that the rights page shows; the templates only lay them out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.companies.access import CompanyAccess, grantors
from apps.companies.models import Membership
from apps.companies.rules import includes_interface
from apps.resources import texts
from apps.resources.board import Board, Standing
from apps.resources.catalog.snapshot import CatalogueSection
from apps.resources.facts import Cell, Control, Link, Row, SectionPanel
from apps.resources.forms import ALL, SECTION
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet, Share, share


def rights_url(access: CompanyAccess, public_id: str | None, anchor: str = "") -> str:
    """Return the address of the rights page, at a place on it."""
    where = [access.company.business_id, *([public_id] if public_id else [])]
    name = "integration_rights" if public_id else "rights"
    return reverse(name, args=where) + (f"#{anchor}" if anchor else "")


@dataclass(frozen=True)
class RightsPage:
    """Everything about one company's rights, seen from one integration or in general."""

    access: CompanyAccess
    board: Board
    integration: Integration | None
    opened: Collection[str] = field(default=())

    @cached_property
    def standing(self) -> Standing:
        """The rights of what is picked."""
        return self.board.of(self.integration)

    @property
    def editable(self) -> bool:
        """Whether there are switches."""
        return self.access.may_edit_rights

    @property
    def name(self) -> str:
        """The name of what is picked."""
        return texts.name_of(self.integration)

    @property
    def url(self) -> str:
        """The address of this page."""
        return rights_url(self.access, self.integration.public_id if self.integration else None)

    @property
    def set_url(self) -> str:
        """Where its switches post to."""
        business_id = self.access.company.business_id
        if self.integration is None:
            return reverse("set_rights", args=[business_id])
        return reverse("set_integration_rights", args=[business_id, self.integration.public_id])

    @property
    def unlisted(self) -> bool:
        """Whether an integration is picked that the general rights still apply to."""
        return self.integration is not None and not self.standing.listed

    @property
    def allowed(self) -> int:
        """How many resources are in force by own rights."""
        return len(self.standing.in_force)

    @property
    def total(self) -> int:
        """How many resources can be."""
        return len(self.standing.usable)

    @property
    def from_general(self) -> int:
        """How many resources the general rights give an unlisted integration now."""
        return len(self.board.general.in_force & self.standing.usable)

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
        """The control of the bar; the general rights are never allowed all at once."""
        if not self.editable:
            return None
        label = _("All resources of %(integration)s") % {"integration": self.name}
        return self._control("all", ALL, label, self.standing.usable, texts.INTEGRATION_WORDS)

    @property
    def general_link(self) -> Link:
        """The first line of the Integrations panel."""
        return self._link(self.board.general)

    @property
    def finished(self) -> list[Link]:
        """The listed finished integrations."""
        return [
            self._link(s)
            for s in self.board.listed
            if s.integration and not s.integration.is_custom
        ]

    @property
    def custom(self) -> list[Link]:
        """The listed custom integrations."""
        return [
            self._link(s) for s in self.board.listed if s.integration and s.integration.is_custom
        ]

    @property
    def link(self) -> Link:
        """The line of what is picked."""
        return self._link(self.standing)

    @property
    def traffic(self) -> str:
        """Whether API traffic is open, in words."""
        return texts.traffic(len(self.board.open), is_open=self.board.traffic_is_open)

    @property
    def loss(self) -> str:
        """What blocking API traffic would take away, in words."""
        return texts.loss(self.board)

    @property
    def losing(self) -> list[Link]:
        """Everybody who would lose something if API traffic were blocked."""
        standings = [self.board.general, *self.board.listed]
        return [self._link(standing) for standing in standings if standing.in_force]

    @property
    def sections(self) -> list[SectionPanel]:
        """The sections that have something for what is picked."""
        return self.sections_with(self.standing.usable)

    def sections_with(self, wanted: ResourceSet) -> list[SectionPanel]:
        """Return the sections of some resources, each whole."""
        return [
            self._section(section)
            for section in self.board.catalogue.sections
            if section.positions & self.standing.usable & wanted
        ]

    def rows_of(self, wanted: ResourceSet) -> list[Row]:
        """Return the rows of some resources."""
        return [
            self._row(found) for found in self.board.catalogue.of(wanted & self.standing.usable)
        ]

    def row(self, code: str) -> Row:
        """Return the row of one resource; Http404 for what is not on this page."""
        resource = self.board.catalogue.by_code.get(code)
        if resource is None or resource.position not in self.standing.usable:
            raise Http404
        return self._row(resource)

    def anchor(self, within: ResourceSet) -> str:
        """Return where on the page a change was made: its row, its section, or the top."""
        rows, sections = self.rows_of(within), self.sections_with(within)
        if len(rows) == 1:
            return f"r-{rows[0].resource.position}"
        return f"s-{sections[0].code}" if len(sections) == 1 else ""

    def _section(self, section: CatalogueSection) -> SectionPanel:
        usable = section.positions & self.standing.usable
        label = _("All resources in %(section)s") % {"section": section.section.name}
        what = f"{SECTION}{section.section.code}"
        groups = [
            (group.name if len(section.groups) > 1 else "", rows)
            for group, resources in section.groups
            if (
                rows := [
                    self._row(resource) for resource in resources if resource.position in usable
                ]
            )
        ]
        return SectionPanel(
            code=section.section.code,
            name=section.section.name,
            allowed=len(usable & self.standing.in_force),
            total=len(usable),
            control=self._control(section.section.code, what, label, usable, texts.SECTION_WORDS)
            if self.editable
            else None,
            groups=groups,
        )

    def _row(self, resource: InterfaceResource) -> Row:
        return Row(
            resource=resource,
            allowed=resource.position in self.standing.in_force,
            editable=self.editable,
            cell=None if self.integration else self._cell(resource),
        )

    def _cell(self, resource: InterfaceResource) -> Cell:
        able = [s for s in self.board.listed if resource.position in s.usable]
        lines = [(s.integration, resource.position in s.in_force) for s in able if s.integration]
        return Cell(
            allowed=sum(allowed for _integration, allowed in lines),
            total=len(lines),
            lines=lines if resource.code in self.opened else None,
        )

    def _control(
        self, key: str, what: str, label: str, usable: ResourceSet, words: Mapping[Share, Promise]
    ) -> Control:
        allowed = len(usable & self.standing.in_force)
        part = share(allowed, len(usable))
        return Control(key, what, label, words[part], part, allowed, len(usable) - allowed)

    def _link(self, standing: Standing) -> Link:
        return Link(
            integration=standing.integration,
            name=texts.name_of(standing.integration),
            current=standing.integration == self.integration,
            allowed=len(standing.in_force),
            total=len(standing.usable),
            sign=texts.SIGNS[standing.sign] if standing.sign else None,
        )
