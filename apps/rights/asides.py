"""What is looked at, and what stands around the rows: notices, integrations, API traffic, windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import includes_interface
from apps.gateway import texts as calls
from apps.gateway.reads import Linked
from apps.gateway.rules import OF_INTEGRATION, Facts, decide
from apps.gateway.texts import Names
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import NOTHING, Board, ResourceSet, Standing
from apps.rights import needs, texts
from apps.rights.rules import ALL, BEYOND, GENERAL, NEEDED, NO_FILTER, Filter
from apps.rights.texts import SignLook
from apps.usage import texts as usage


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
class Picked:
    """Whose rights are looked at, by whom, and through which filter.

    Whole pages know how many identifiers work, what blocked all traffic, and when what was used.
    """

    access: CompanyAccess
    catalogue: Catalogue
    board: Board
    integration: Integration | None
    filter: Filter = NO_FILTER
    newly_listed: bool = False
    working: int = 0
    closed_by: AuditEvent | None = None
    used: Mapping[int, datetime] = field(default_factory=dict)
    uses: Mapping[int, datetime] = field(default_factory=dict)

    @cached_property
    def standing(self) -> Standing:
        """The rights that are looked at."""
        return self.board.of(self.integration)

    @cached_property
    def shown(self) -> ResourceSet:
        """The resources whose rows are shown."""
        return self.standing.usable & self.filter.matches(self.catalogue, self.standing.in_force)

    @cached_property
    def editable(self) -> bool:
        """Whether there are switches; every write asks again."""
        return self.access.may_edit_rights

    @cached_property
    def whole(self) -> bool:
        """Whether sections have switches too: not while a filter hides some of their rows."""
        return self.editable and not self.filter.active

    @property
    def unlisted(self) -> bool:
        """Whether an integration is picked that the general rights still apply to."""
        return self.integration is not None and not self.standing.listed

    @cached_property
    def general(self) -> ResourceSet:
        """What the general rights allow an integration that is not in the list."""
        return self.board.general.in_force & self.standing.usable if self.unlisted else NOTHING

    def url(self, name: str = "rights") -> str:
        """Return an address of what is picked."""
        return address(self.access, name, self.standing.public_id)


@dataclass(frozen=True)
class Link:
    """One line of the Integrations panel, its signs in their order.

    ``small`` says whether data moves on this package, and whether it has more than it needs.
    """

    name: str
    address: str
    current: bool
    tally: str
    signs: Sequence[SignLook]
    small: str
    used: str = ""


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
    """Whether API traffic is open, and what blocking it would take away.

    ``warns`` that it was closed: where nothing was ever allowed or blocked, nothing is wrong.
    ``waiting`` says how much waits for review, to those who may answer it.
    """

    said: str
    is_open: bool
    warns: bool
    editable: bool
    waiting: str


@dataclass(frozen=True)
class Match:
    """An integration that a search found; its address keeps what was searched."""

    name: str
    address: str
    listed: bool
    current: bool


def links_of(
    access: CompanyAccess,
    board: Board,
    current: Standing | None,
    used: Mapping[int, datetime] | None = None,
) -> Links:
    """Return the Integrations panel; on other pages than the rights page none is current."""
    whose, now = current and current.subject, timezone.now()
    links = {
        one.subject: link_of(access, one, current=current is not None and one.subject == whose)
        for one in board.all
    }
    for pk, at in (used or {}).items():
        links[pk] = replace(links[pk], used=usage.used(at, now))
    kinds = {one.subject: one.integration and one.integration.kind for one in board.listed}
    return Links(
        general=[links[None]],
        finished=[links[pk] for pk, kind in kinds.items() if kind == Integration.Kind.FINISHED],
        custom=[links[pk] for pk, kind in kinds.items() if kind == Integration.Kind.CUSTOM],
    )


def link_of(access: CompanyAccess, standing: Standing, *, current: bool) -> Link:
    """Return the line of one integration or of the general rights."""
    one = standing.integration
    carries = texts.carries(one, access.company.package) if one else ""
    return Link(
        name=texts.name_of(one),
        address=address(access, "rights", standing.public_id),
        current=current,
        tally=standing.tally,
        signs=needs.signs_of(standing),
        small=" · ".join(filter(None, [carries, needs.roughly_more(standing)])),
    )


def kind_of(picked: Picked) -> str:
    """Say what kind of integration is picked, and whether data moves on the company's package."""
    one = picked.integration
    if one is None:
        return ""
    carries = texts.carries(one, picked.access.company.package)
    return " · ".join(filter(None, [one.get_kind_display(), carries]))


def matches_of(
    picked: Picked, found: Sequence[Integration], current: Integration | None, query: str
) -> list[Match]:
    """Return what a search found, the integration that is looked at marked.

    One that is not in the list stands nowhere else, so it is there whatever was searched.
    """
    board = picked.board
    apart = [current] if current and not board.of(current).listed and current not in found else []
    return [
        Match(
            name=one.name,
            address=address(picked.access, "rights", one.public_id) + query,
            listed=board.of(one).listed,
            current=one == current,
        )
        for one in [*apart, *found]
    ]


def traffic_of(picked: Picked) -> Traffic:
    """Return the API traffic panel."""
    return Traffic(
        said=texts.traffic(picked.board, picked.closed_by),
        is_open=picked.board.traffic_is_open,
        warns=bool(picked.board.stored) and not picked.board.traffic_is_open,
        editable=picked.editable,
        waiting=texts.waiting(picked.board.offered) if picked.editable else "",
    )


@dataclass(frozen=True)
class Action:
    """A button of a notice: its id and look, and what pressing it asks for."""

    id: str
    presses: str
    what: str
    words: str | Promise
    look: str = ""


@dataclass(frozen=True)
class Notice:
    """What to know about a picked integration, and what can be done about it."""

    said: str
    source: str
    warns: bool
    tall: bool
    actions: Sequence[Action]


@dataclass(frozen=True)
class Notices:
    """What to know; ``article`` where the package carries no traffic, ``grantors`` for readers."""

    article: str
    reads_only: bool
    grantors: Sequence[Membership]
    recommends: bool
    notice: Notice | None


def notices_of(picked: Picked, grantors: Sequence[Membership] = ()) -> Notices:
    """Return what to know before pressing anything."""
    return Notices(
        article="" if includes_interface(picked.access.company.package) else texts.PACKAGE_ARTICLE,
        reads_only=not picked.editable,
        grantors=grantors,
        recommends=picked.integration is None,
        notice=_notice(picked) if picked.integration else None,
    )


def _notice(picked: Picked) -> Notice | None:
    """Before it is listed and just after, the notice has the same height, so that no row moves."""
    standing = picked.standing
    sentences = [texts.needs(standing)]
    if picked.unlisted:
        applies = texts.general_applies(picked.integration, picked.general, standing.usable)
        sentences.insert(0, applies)
    elif picked.newly_listed:
        sentences.insert(0, _("From now on only its own rights apply."))
    tall = picked.newly_listed or picked.unlisted
    source = "" if tall or not standing.needed else texts.source_of(picked.integration)
    more, roughly = ("", "") if tall else needs.beyond(standing, picked.catalogue)
    said = " ".join(filter(None, [*sentences, more]))
    if not said:
        return None
    lacking = standing.needed - standing.in_force
    return Notice(
        said=said,
        source=f"{source} {roughly}".strip(),
        warns=bool(lacking) and not tall,
        tall=tall,
        actions=_actions(picked, lacking) if picked.editable else [],
    )


def _actions(picked: Picked, lacking: ResourceSet) -> list[Action]:
    actions = []
    if picked.general:
        words = texts.keep_general(len(picked.general))
        actions.append(Action("keep-general", "allow", GENERAL, words))
    if lacking:
        words = texts.allow_needed(len(lacking))
        actions.append(Action("allow-needed", "allow", NEEDED, words))
    if not picked.newly_listed and (words := needs.keep_of(picked.standing)):
        actions.append(Action("keep-needed", "block", BEYOND, words))
    if picked.unlisted:
        words, look = _("Block this integration"), " button-danger"
        actions.append(Action("block-this", "block", ALL, words, look))
    return actions


@dataclass(frozen=True)
class Switch:
    """The switch of one resource, as a change puts it in the place of the former one."""

    position: int
    code: str
    name: str
    allowed: bool


def switches_of(catalogue: Catalogue, allowed: ResourceSet, wanted: ResourceSet) -> list[Switch]:
    """Return the switches of some resources, of which some are allowed."""
    return [
        Switch(one.position, one.code, one.name, one.position in allowed)
        for one in catalogue.of(wanted)
    ]


@dataclass(frozen=True)
class LinkedCall:
    """An identifier, and whether a call by it would pass now; ``said`` tells why it would not."""

    user_id: str
    owner: str
    passes: bool
    sign: SignLook
    said: str


@dataclass(frozen=True)
class AboutCall:
    """What a call of the integration would be told, and one by each identifier that is for it."""

    said: str
    linked: Sequence[LinkedCall]
    address: str


def about_call(
    access: CompanyAccess,
    integration: Integration,
    resource: InterfaceResource,
    facts: Facts,
    found: Sequence[Linked],
) -> AboutCall:
    """Lay out what the endpoint would say of a call for a resource."""
    names = Names.of(access.company, integration, resource, listed=facts.own is not None)
    said = calls.decided(decide(facts, OF_INTEGRATION), names)
    asked = urlencode({"integration": integration.public_id, "resource": resource.code})
    return AboutCall(
        said=said,
        linked=[_linked_call(one, names, said) for one in found],
        address=f"{reverse('check_call', args=[access.company.business_id])}?{asked}",
    )


def _linked_call(one: Linked, names: Names, said: str) -> LinkedCall:
    """Lay out a call by one identifier; what is ``said`` of the integration is not said again."""
    verdict = decide(one.facts)
    why = calls.decided(verdict, replace(names, user_id=one.user_id, owner=one.owner))
    sign = texts.CALLS[verdict.allowed]
    return LinkedCall(one.user_id, one.owner, verdict.allowed, sign, "" if why == said else why)


@dataclass(frozen=True)
class AboutResource:
    """The info window of one resource; ``event`` is the change that decided its right.

    ``switch`` is the one that stands in its row; ``needed_by`` names the integrations in the list
    that need the resource; ``call`` and its last use are there for one integration alone.
    """

    resource: InterfaceResource
    switch: Switch
    editable: bool
    used: str
    needed_by: str
    sensitive: str | Promise
    price: str | Promise
    verdict: str
    decided: str | Promise
    event: AuditEvent | None
    call: AboutCall | None
    seen: str
    url: str
    set_url: str


def about_resource(
    picked: Picked, resource: InterfaceResource, event: AuditEvent | None, call: AboutCall | None
) -> AboutResource:
    """Lay out what there is to know about a resource."""
    whose, position = picked.integration, resource.position
    standings = [*picked.board.listed, *([picked.standing] if picked.unlisted else [])]
    needed_by = [texts.name_of(one.integration) for one in standings if position in one.needed]
    return AboutResource(
        resource=resource,
        switch=switches_of(picked.catalogue, picked.standing.in_force, ResourceSet([position]))[0],
        editable=picked.editable,
        used=usage.ago(at, timezone.now()) if (at := picked.uses.get(position)) else "",
        needed_by=", ".join(needed_by),
        sensitive=texts.WHY_SENSITIVE.get(resource.sensitivity, ""),
        price=texts.price_of(resource),
        verdict=texts.verdict(picked.board, whose, position),
        decided=texts.DECIDED[bool(picked.board.verdict(whose, position))],
        event=event,
        call=call,
        seen=picked.standing.mark,
        url=picked.url(),
        set_url=picked.url("set_rights"),
    )


@dataclass(frozen=True)
class AboutIntegration:
    """The info window of one integration; ``needed`` are resources, each allowed or not."""

    integration: Integration | None
    name: str
    count: str
    needed: Sequence[Switch]
    source: str
    url: str


def about_integration(picked: Picked) -> AboutIntegration:
    """Lay out what there is to know about an integration, and what is allowed to it."""
    standing, count = picked.standing, texts.generally if picked.general else texts.allowed_of
    allowed = picked.general or standing.in_force
    return AboutIntegration(
        integration=standing.integration,
        name=texts.name_of(standing.integration),
        count=count(len(allowed), len(standing.usable)),
        needed=switches_of(picked.catalogue, allowed, standing.needed),
        source=texts.source_of(standing.integration),
        url=picked.url(),
    )


@dataclass(frozen=True)
class AskPage:
    """The question before resources are allowed in the general rights; the filter goes along."""

    asked: str
    sections: Sequence[tuple[str, Sequence[InterfaceResource]]]
    filter: Filter
    shown: ResourceSet
    set_url: str
    url: str


def ask_page(picked: Picked, wanted: ResourceSet) -> AskPage:
    """Lay out the question about some resources."""
    return AskPage(
        asked=texts.asked_general(len(wanted)),
        sections=picked.catalogue.by_section(wanted),
        filter=picked.filter,
        shown=wanted,
        set_url=picked.url("set_rights"),
        url=picked.url() + picked.filter.query,
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
