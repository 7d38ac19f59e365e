"""The facts of the two panels at the sides: who is listed, and whether API traffic is open."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from apps.companies.access import CompanyAccess
from apps.resources.board import Board, Standing
from apps.resources.catalog.snapshot import Pieces
from apps.resources.models import Integration
from apps.rights import texts
from apps.rights.addresses import address
from apps.rights.facts import Link


@dataclass(frozen=True)
class Sides:
    """The integrations of a company, one of them (or the general rights) being looked at.

    ``elsewhere`` is true on other pages than the rights page: there none is looked at.
    """

    access: CompanyAccess
    board: Board
    current: Integration | None
    elsewhere: bool = False

    @property
    def general(self) -> Link:
        """The first line."""
        return self.link(self.board.general)

    @cached_property
    def finished(self) -> list[Link]:
        """The listed finished integrations."""
        return [link for link in self._listed if not link.is_custom]

    @cached_property
    def custom(self) -> list[Link]:
        """The listed custom integrations."""
        return [link for link in self._listed if link.is_custom]

    @property
    def finished_lines(self) -> SafeString:
        """Their lines, without a template's loop: a company may list many."""
        return _lines(self.finished)

    @property
    def custom_lines(self) -> SafeString:
        """The lines of the custom ones."""
        return _lines(self.custom)

    @property
    def picked(self) -> Link:
        """The line of what is looked at."""
        return self.link(self.board.of(self.current))

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
        return [self.link(standing) for standing in self.board.all if standing.in_force]

    def link(self, standing: Standing) -> Link:
        """Return the line of one integration or of the general rights."""
        integration = standing.integration
        return Link(
            pieces=self._pieces,
            integration=integration,
            name=texts.name_of(integration),
            address=address(self.access, "rights", integration.public_id if integration else None),
            current=integration == self.current and not self.elsewhere,
            allowed=len(standing.in_force),
            total=len(standing.usable),
            sign=standing.sign,
        )

    @cached_property
    def _pieces(self) -> Pieces:
        return self.board.catalogue.pieces()

    @cached_property
    def _listed(self) -> list[Link]:
        return [self.link(standing) for standing in self.board.listed]


def _lines(links: list[Link]) -> SafeString:
    return SafeString("".join([f"<li>{link.html}</li>" for link in links]))
