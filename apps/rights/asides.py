"""What stands beside the rows: the integrations, API traffic, one switch, the small windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.functional import Promise

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import Board, ResourceSet, Standing
from apps.rights import texts
from apps.rights.texts import SignLook


@lru_cache(maxsize=10_000)
def _reversed(name: str, business_id: str, public_id: str | None) -> str:
    if public_id is None:
        return reverse(name, args=[business_id])
    return reverse(f"integration_{name}", args=[business_id, public_id])


def address(access: CompanyAccess, name: str, public_id: str | None = None) -> str:
    """Return an address of the rights page: ``rights``, ``set_rights``, ``undo_rights`` etc.

    Each has a twin for one integration, named ``integration_...``.
    """
    return _reversed(name, access.company.business_id, public_id)


@dataclass(frozen=True)
class Link:
    """One line of the Integrations panel."""

    name: str
    address: str
    current: bool
    tally: str
    sign: SignLook | None


@dataclass(frozen=True)
class Links:
    """The lines of the Integrations panel under their headings."""

    general: Sequence[Link]
    finished: Sequence[Link]
    custom: Sequence[Link]

    @property
    def all(self) -> Sequence[Link]:
        """All in their order."""
        return [*self.general, *self.finished, *self.custom]


@dataclass(frozen=True)
class Traffic:
    """Whether API traffic is open, and what blocking it would take away."""

    said: str
    is_open: bool
    editable: bool
    public_id: str


@dataclass(frozen=True)
class Match:
    """A finished integration that a search found."""

    name: str
    address: str
    listed: bool


def links_of(access: CompanyAccess, board: Board, current: Standing | None) -> Links:
    """Return the Integrations panel; on other pages than the rights page none is current."""
    whose = current and current.subject
    links = {
        one.subject: link_of(access, one, current=current is not None and one.subject == whose)
        for one in board.all
    }
    kinds = {one.subject: one.integration and one.integration.kind for one in board.listed}
    return Links(
        general=[links[None]],
        finished=[links[pk] for pk, kind in kinds.items() if kind == Integration.Kind.FINISHED],
        custom=[links[pk] for pk, kind in kinds.items() if kind == Integration.Kind.CUSTOM],
    )


def link_of(access: CompanyAccess, standing: Standing, *, current: bool) -> Link:
    """Return the line of one integration or of the general rights."""
    sign, tally, public_id = standing.sign, standing.tally, standing.public_id
    return Link(
        name=texts.name_of(standing.integration),
        address=address(access, "rights", public_id),
        current=current,
        tally=tally,
        sign=texts.SIGNS[sign] if sign else None,
    )


def matches_of(access: CompanyAccess, found: Sequence[Integration]) -> list[Match]:
    """Return what a search by name found; ``is_listed`` says of each whether it is in the list."""
    return [
        Match(one.name, address(access, "rights", one.public_id), one.is_listed)  # type: ignore[attr-defined]
        for one in found
    ]


def traffic_of(access: CompanyAccess, board: Board, standing: Standing) -> Traffic:
    """Return the API traffic panel; ``standing`` is what the page shows beside it."""
    return Traffic(
        texts.traffic(board),
        board.traffic_is_open,
        access.may_edit_rights,
        standing.public_id or "",
    )


@dataclass(frozen=True)
class Switch:
    """The switch of one resource, as a change puts it in the place of the former one."""

    position: int
    code: str
    name: str
    allowed: bool


def switches_of(catalogue: Catalogue, standing: Standing, wanted: ResourceSet) -> list[Switch]:
    """Return the switches of some resources."""
    return [
        Switch(one.position, one.code, one.name, one.position in standing.in_force)
        for one in catalogue.of(wanted)
    ]


@dataclass(frozen=True)
class AboutResource:
    """The info window of one resource; ``event`` is the change that decided its right."""

    resource: InterfaceResource
    name: str
    verdict: str | Promise
    decided: str | Promise
    event: AuditEvent | None
    url: str


@dataclass(frozen=True)
class AboutIntegration:
    """The info window of one integration; ``needed`` are resources, each allowed or not."""

    integration: Integration | None
    name: str
    count: str
    needed: Sequence[Switch]
    source: str
    url: str


def about_integration(
    access: CompanyAccess, catalogue: Catalogue, standing: Standing
) -> AboutIntegration:
    """Lay out what there is to know about an integration."""
    return AboutIntegration(
        integration=standing.integration,
        name=texts.name_of(standing.integration),
        count=texts.allowed_of(len(standing.in_force), len(standing.usable)),
        needed=switches_of(catalogue, standing, standing.needed),
        source=texts.source_of(standing.integration),
        url=address(access, "rights", standing.public_id),
    )


@dataclass(frozen=True)
class BlockPage:
    """The question before all traffic is blocked: what is lost, and by whom."""

    is_open: bool
    loss: str
    losing: Sequence[tuple[str, int]]
    public_id: str
    url: str


def block_page(access: CompanyAccess, board: Board, standing: Standing) -> BlockPage:
    """Lay out the question; ``standing`` is what the page showed."""
    losing = [one for one in board.all if one.in_force]
    return BlockPage(
        is_open=board.traffic_is_open,
        loss=texts.loss(board),
        losing=[(texts.name_of(one.integration), len(one.in_force)) for one in losing],
        public_id=standing.public_id or "",
        url=address(access, "rights", standing.public_id),
    )
