"""What the rights page and its fragments show: plain data, made of what was read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.companies.models import Membership
from apps.core.text import fold
from apps.resources.catalogue import Catalogue, CatalogueSection
from apps.resources.models import InterfaceResource
from apps.resources.rules import EVERYTHING, ResourceSet
from apps.rights import asides, needs, texts
from apps.rights.asides import Link, Links, Notices, Picked, Switch, Traffic, notices_of
from apps.rights.rules import ALL, SECTION, Filter, Part, Share, Show, marked, share, words_of
from apps.usage.texts import used


class Look(NamedTuple):
    """All that a row shows beside its resource: what it is kept rendered by.

    ``general`` says that it is blocked here, and that the general rights allow it all the same.
    """

    position: int
    allowed: bool
    needed: bool
    editable: bool
    general: bool = False


@dataclass(frozen=True)
class Line:
    """One listed integration below a row of the General view."""

    name: str
    allowed: bool
    address: str


@dataclass(frozen=True)
class Hit:
    """What a search found of a row: the pieces of its name and code, and of what else says it.

    ``why`` is empty where name, code or the headings above show it.
    """

    name: Sequence[Part]
    code: Sequence[Part]
    why: Sequence[Part]


class Cell(NamedTuple):
    """The General view's column: how many listed integrations may use a resource, in words.

    ``lines`` says of each whether it may, while the list below is open.
    """

    look: Look
    code: str
    tally: str
    lines: Sequence[Line] | None


@dataclass(frozen=True)
class Group:
    """Some rows of a section; without a name where the section has one group only.

    In the General view each row has a cell, elsewhere none has; each has a hit while something
    is looked for. ``uses`` say when a resource was used last, of those that were used.
    """

    name: str
    looks: Sequence[Look]
    cells: Sequence[Cell]
    hits: Mapping[int, Hit]
    uses: Mapping[int, str]


@dataclass(frozen=True)
class Control:
    """The big switch of a section or an integration, and the button beside it.

    Without ``share`` there is no switch, and ``block_all`` is empty where it would say nothing.
    The switch is named by its ``label`` whatever it shows; the ``word`` it shows, and what
    pressing it does, describe it. ``heir`` takes the focus of the button.
    """

    key: str
    what: str
    label: str
    word: str | Promise
    share: str
    presses: str
    described: str
    block_all: str
    heir: str


@dataclass(frozen=True)
class Section:
    """One section: its counts are of all its resources, while filtering of those shown.

    ``state`` is said in words where there is no switch; its groups have the rows shown.
    """

    code: str
    name: str
    count: str
    tally: str
    state: str | Promise
    control: Control | None
    groups: Sequence[Group] = ()


@dataclass(frozen=True)
class Shown:
    """The two buttons about all that a filter shows, in words.

    ``ask`` is where allowing is asked for first: what the general rights open, they open to
    every integration that is not in the list.
    """

    allow: str
    block: str
    may_block: bool
    ask: str


@dataclass(frozen=True)
class Bar:
    """What is picked, and what can be done with all of it or with all that is shown.

    What is not used is blocked together ``elsewhere``, where it is asked again whether it is used.
    """

    name: str
    kind: str
    unlisted: bool
    count: str
    state: str | Promise
    control: Control | None
    shown: Shown | None
    elsewhere: str


@dataclass(frozen=True)
class Rows:
    """What the filter finds, in its sections; the filter and ``shown`` go along with a press."""

    catalogue: Catalogue
    general: bool
    sections: Sequence[Section]
    url: str
    csv_url: str
    filter: Filter
    choices: Sequence[tuple[Show, Promise]]
    shown: ResourceSet
    found: str


@dataclass(frozen=True)
class RightsPage:
    """The whole page. ``working`` says how many API identifiers work in the company."""

    name: str
    public_id: str
    url: str
    set_url: str
    undo_url: str
    filter_url: str
    editable: bool
    seen: str
    working: int
    bar: Bar
    rows: Rows
    notices: Notices
    links: Links
    traffic: Traffic


def rights_page(
    picked: Picked,
    *,
    grantors: Sequence[Membership] = (),
    opened: Collection[str] = (),
) -> RightsPage:
    """Lay out the whole page; ``opened`` are the codes of rows whose lists are open."""
    return RightsPage(
        name=texts.name_of(picked.integration),
        public_id=picked.standing.public_id or "",
        url=picked.url(),
        set_url=picked.url("set_rights"),
        undo_url=picked.url("undo_rights"),
        filter_url=picked.url("filter_rights"),
        editable=picked.editable,
        seen=picked.standing.mark,
        working=picked.working,
        bar=bar_of(picked),
        rows=rows_of(picked, opened),
        notices=notices_of(picked, grantors),
        links=asides.links_of(picked.access, picked.board, picked.standing, picked.used),
        traffic=asides.traffic_of(picked),
    )


def rows_of(picked: Picked, opened: Collection[str] = ()) -> Rows:
    """Return what the filter finds."""
    return Rows(
        catalogue=picked.catalogue,
        general=picked.integration is None,
        sections=sections_of(picked, opened),
        url=picked.url(),
        csv_url=picked.url("rights_csv") + picked.filter.query,
        filter=picked.filter,
        choices=texts.shows(counted=picked.filter.counted),
        shown=picked.shown,
        found=texts.resource_count(len(picked.shown)),
    )


def table_of(picked: Picked) -> list[Sequence[object]]:
    """Return the rows shown, as a table of the columns in ``texts.COLUMNS``."""
    whose, in_force, tally = (
        texts.name_of(picked.integration),
        picked.standing.in_force,
        picked.board.tally,
    )
    return [
        (
            whose,
            *reversed(one.headings),
            one.name,
            one.code,
            one.get_direction_display(),
            texts.price_of(one),
            texts.right(allowed=one.position in in_force, generally=one.position in picked.general),
            *tally[one.position],
        )
        for one in picked.catalogue.of(picked.shown)
    ]


def sections_of(picked: Picked, opened: Collection[str] = ()) -> list[Section]:
    """Return the sections that have shown rows, with these."""
    shown, look = frozenset(picked.shown), looking(picked)
    cell = None if picked.integration else celling(picked, look, opened)
    return [
        section_of(picked, section, _groups(picked, section, shown, look, cell))
        for section in picked.catalogue.sections
        if section.positions & picked.shown
    ]


def section_of(picked: Picked, section: CatalogueSection, groups: Sequence[Group] = ()) -> Section:
    """Return a section with its counts."""
    code, name = section.section.code, section.section.name
    within = section.positions & picked.standing.usable
    allowed, total = len(within & picked.standing.in_force), len(within)
    if picked.filter.active:
        shown = len(within & picked.shown)
        return Section(code, name, texts.shown_of(shown, total), str(shown), "", None, groups)
    count, tally = texts.allowed_of(allowed, total), f"{allowed}/{total}"
    if not picked.editable:
        state = texts.SECTION_WORDS[share(allowed, total)]
        return Section(code, name, count, tally, state, None, groups)
    label = _("All resources in %(section)s") % {"section": name}
    control = _control(code, f"{SECTION}{code}", label, allowed, total, texts.SECTION_WORDS)
    return Section(code, name, count, tally, "", control, groups)


def _groups(
    picked: Picked,
    section: CatalogueSection,
    shown: Collection[int],
    look: Callable[[int], Look],
    cell: Callable[[InterfaceResource], Cell] | None,
) -> list[Group]:
    groups, words, now = [], words_of(picked.filter.find), timezone.now()
    uses = {position: used(at, now) for position, at in picked.uses.items()}
    for group in section.groups:
        rows = [one for one in group.resources if one.position in shown]
        looks = [look(one.position) for one in rows]
        cells = [cell(one) for one in rows] if cell else []
        name = group.group.name if len(section.groups) > 1 else ""
        hits = {one.position: hit_of(one, words) for one in rows} if words else {}
        if rows:
            groups.append(Group(name, looks, cells, hits, uses))
    return groups


def hit_of(resource: InterfaceResource, words: Sequence[str]) -> Hit:
    """Return what some words found of a resource that they all found."""
    seen = fold("\n".join([resource.name, resource.code, *resource.headings]))
    unseen = [word for word in words if word not in seen]
    told = [text for text in resource.told if any(word in fold(text) for word in unseen)]
    return Hit(
        name=marked(resource.name, words),
        code=marked(resource.code, words),
        why=marked(told[0], words) if told else [],
    )


def looking(picked: Picked) -> Callable[[int], Look]:
    """Return the function that says how the row of a resource looks."""
    in_force, needed = frozenset(picked.standing.in_force), frozenset(picked.standing.needed)
    general, editable = frozenset(picked.general), picked.editable
    return lambda position: Look(
        position, position in in_force, position in needed, editable, position in general
    )


def resource_of(picked: Picked, code: str) -> InterfaceResource:
    """Return a resource that is available; raises InterfaceResource.DoesNotExist otherwise."""
    resource = picked.catalogue.by_code.get(code)
    if resource is None or resource.position not in picked.standing.usable:
        raise InterfaceResource.DoesNotExist
    return resource


def celling(
    picked: Picked, look: Callable[[int], Look], opened: Collection[str]
) -> Callable[[InterfaceResource], Cell]:
    """Return the function that makes the General view's cell of a resource."""
    tallies = picked.board.tally

    def cell(resource: InterfaceResource) -> Cell:
        allowed, total = tallies[resource.position]
        lines = _lines(picked, resource) if resource.code in opened else None
        count = texts.of_listed(allowed, total)
        return Cell(look(resource.position), resource.code, count, lines)

    return cell


def _lines(picked: Picked, resource: InterfaceResource) -> list[Line]:
    anchor = f"#s-{resource.group.section.code}"
    return [
        Line(
            texts.name_of(one.integration),
            resource.position in one.in_force,
            asides.address(picked.access, "rights", one.public_id) + anchor,
        )
        for one in picked.board.listed
        if resource.position in one.usable
    ]


def _control(
    key: str,
    what: str,
    label: str,
    allowed: int,
    total: int,
    words: Mapping[Share, Promise],
    *,
    switch: bool = True,
) -> Control:
    part = share(allowed, total)
    mixed = part is Share.SOME
    return Control(
        key=key,
        what=what,
        label=label,
        word=words[part],
        share=part if switch else "",
        presses="block" if part is Share.ALL else "allow",
        described=texts.described(words[part], total - allowed if mixed else 0),
        block_all=texts.block_all(allowed) if mixed or (allowed and not switch) else "",
        heir=f"x-{key}" if switch else "h-all",
    )


def bar_of(picked: Picked) -> Bar:
    """Return the bar; the general rights are blocked as a whole there, never allowed."""
    standing, integration = picked.standing, picked.integration
    name, allowed, total = texts.name_of(integration), len(standing.in_force), len(standing.usable)
    control, shown, elsewhere = None, None, ""
    if picked.whole:
        label = _("All resources of %(integration)s") % {"integration": name}
        words, switch = texts.INTEGRATION_WORDS, integration is not None
        control = _control("all", ALL, label, allowed, total, words, switch=switch)
    elif picked.editable and picked.shown and picked.filter.show is Show.UNUSED:
        elsewhere = asides.address(picked.access, "calls") + "#h-unused"
    elif picked.editable and picked.shown:
        shown = shown_by(picked)
    reads = integration is not None and not picked.editable
    return Bar(
        name=name,
        kind=asides.kind_of(picked),
        unlisted=picked.unlisted,
        count=texts.allowed_of(allowed, total),
        state=texts.INTEGRATION_WORDS[share(allowed, total)] if reads else "",
        control=control,
        shown=shown,
        elsewhere=elsewhere,
    )


def shown_by(picked: Picked) -> Shown:
    """Return the buttons about all that the filter shows."""
    count, may_block = len(picked.shown), bool(picked.shown & picked.standing.in_force)
    ask = "" if picked.integration else picked.url("ask_general")
    return Shown(texts.allow_shown(count), texts.block_shown(count), may_block, ask)


def anchor(picked: Picked, wanted: ResourceSet) -> str:
    """Return where on the page a change was made: its row, its section, or the top."""
    reached = picked.shown & wanted
    if len(reached) == 1:
        return f"#r-{next(iter(reached))}"
    sections = [one for one in picked.catalogue.sections if one.positions & reached]
    return f"#s-{sections[0].section.code}" if len(sections) == 1 else ""


@dataclass(frozen=True)
class Changed:
    """What a change alters on the page; of a stale page everything is altered.

    ``keep`` are the words of the button that takes back what the big switch allowed beyond need.
    """

    switches: Sequence[Switch]
    sections: Sequence[Section]
    bar: Bar
    picked: Link | None
    links: Links | None
    notices: Notices | None
    traffic: Traffic | None
    seen: str
    undo_url: str
    keep: str


def changed_page(picked: Picked, within: ResourceSet, *, stale: bool, traffic: bool) -> Changed:
    """Lay out what a change of some resources alters; ``traffic``: whether what is said of it changed.

    A page that did not know of somebody else's change, or whose integration is listed now, gets
    the bar and the list of integrations whole.
    """
    wanted = picked.shown & (picked.shown if stale else within)
    return Changed(
        switches=asides.switches_of(picked.catalogue, picked.standing.in_force, wanted),
        sections=[
            section_of(picked, one) for one in picked.catalogue.sections if one.positions & wanted
        ],
        bar=bar_of(picked),
        picked=None
        if picked.unlisted
        else asides.link_of(picked.access, picked.standing, current=True),
        links=asides.links_of(picked.access, picked.board, picked.standing, picked.used)
        if stale or picked.newly_listed
        else None,
        notices=notices_of(picked) if picked.integration else None,
        traffic=asides.traffic_of(picked) if stale or traffic else None,
        seen=picked.standing.mark,
        undo_url=picked.url("undo_rights"),
        keep=needs.keep_of(picked.standing) if within == EVERYTHING else "",
    )
