"""What the pages of bulk rights show: putting a change together, checking it, its progress."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from apps.bulk import texts
from apps.bulk.forms import MATCHING, CompaniesForm, PutBackForm, WishForm
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.reads import NAMED, Candidates, Checked, NamedItem
from apps.bulk.rules import HOPELESS, Chosen, Delta, Refusal, Stage, State, seconds_left
from apps.companies.models import Company
from apps.companies.rules import includes_interface
from apps.companies.texts import company_count
from apps.replay.page import Losing, losing_in
from apps.replay.reads import Found
from apps.resources.catalogue import Catalogue, CatalogueSection

OCTAGON = ("octagon", "icon-closed")
TRIANGLE = ("triangle", "icon-partly")
TICK = ("tick", "icon-quiet")
NO_SIGN = ("", "")
PATIENCE = timedelta(seconds=5)
"""After how long without a step forward a page says that a change waits."""
ORDER = (State.DONE, State.UNCHANGED, State.REFUSED, State.WAITING, State.LEFT_OUT)
Kinds = dict[tuple[State, str, bool], list[NamedItem]]
"""Companies of a change by state, reason, and whether they are clients no more."""
SIGNS = {State.DONE: TICK, State.REFUSED: OCTAGON}


@dataclass(frozen=True)
class Choice:
    """Something that can be ticked: a resource by its code, a company by its business id."""

    value: str
    name: str
    ticked: bool


@dataclass(frozen=True)
class SectionChoice:
    """The resources of a section that can be ticked."""

    name: str
    resources: list[Choice]

    @classmethod
    def of(cls, found: CatalogueSection, ticked: Sequence[str]) -> SectionChoice:
        """Lay out a section, some codes being ticked."""
        resources = chain.from_iterable(group.resources for group in found.groups)
        live = [one for one in resources if not one.retired]
        choices = [Choice(one.code, one.name, one.code in ticked) for one in live]
        return cls(found.section.name, choices)


@dataclass(frozen=True)
class LastChange:
    """An earlier bulk change of the person."""

    pk: UUID
    words: str
    started_at: datetime
    reason: str


@dataclass(frozen=True)
class Elsewhere:
    """Companies that are not in the list that is shown: their names, and their business ids."""

    names: str
    ids: str

    @classmethod
    def of(cls, companies: Iterable[Company]) -> Elsewhere:
        """Lay out some companies."""
        known = list(companies)
        return cls(", ".join(one.name for one in known), " ".join(one.business_id for one in known))


@dataclass(frozen=True)
class Tally:
    """How many companies are chosen, in words, and what a script needs to count on.

    Of those that match but are not shown ``beyond`` are chosen, ``also`` of those that were
    ticked in another list; ``words`` has a "#" in place of the number.
    """

    said: str
    words: str
    beyond: int
    also: int

    @classmethod
    def of(cls, form: CompaniesForm, found: Candidates, rows: Sequence[Choice]) -> Tally:
        """Count what is chosen of all client companies."""
        unticked = sum(not row.ticked for row in rows)
        beyond = found.total - len(rows) - (found.missing - unticked)
        ticked, also = len(rows) - unticked, len(found.also)
        count = ticked + also + (beyond if form.takes_matching else 0)
        words = texts.chosen_of("#", found.clients)
        return cls(words.replace("#", str(count)), words, beyond, also)


@dataclass(frozen=True)
class ChoosePage:
    """The page where a bulk change is put together.

    ``complaint`` is what keeps the companies from being drafted. ``left_out`` and ``also`` are
    the names of companies that were unticked, or ticked, in another list; ``unknown`` are ids or
    names of no client company. ``resumes`` says that a draft is gone on with.
    """

    wish: WishForm
    form: CompaniesForm
    complaint: str
    sections: list[SectionChoice]
    singles_are_open: bool
    rows: list[Choice]
    found_words: str
    more_match: bool
    only_ticked: str
    all_matching: str
    left_out: Elsewhere
    also: Elsewhere
    unknown: str
    chosen: Tally
    last: list[LastChange]
    resumes: bool

    @classmethod
    def of(
        cls,
        wish: WishForm,
        form: CompaniesForm,
        found: Candidates,
        last: Iterable[Any],
        complaint: str | Promise,
        *,
        resumes: bool,
    ) -> ChoosePage:
        """Lay out what was chosen so far, and the companies to choose from."""
        codes = list(wish["resource"].value() or [])
        found_ids = [(one.business_id, one.name) for one in found.first]
        rows = [Choice(pk, name, ticked=form.ticks(pk)) for pk, name in found_ids]
        single = wish["chosen"].value() == Chosen.SINGLE
        return cls(
            wish=wish,
            form=form,
            complaint=str(texts.NONE_FOUND if complaint and not rows else complaint),
            sections=[SectionChoice.of(one, codes) for one in wish.catalogue.sections],
            singles_are_open=bool(codes or wish["resource"].errors or single),
            rows=rows,
            found_words=company_count(found.total),
            more_match=found.total > len(rows),
            only_ticked=texts.only_ticked(len(rows)),
            all_matching=texts.all_matching(found.total),
            left_out=Elsewhere.of(found.left_out),
            also=Elsewhere.of(found.also),
            unknown=", ".join(found.unknown),
            chosen=Tally.of(form, found, rows),
            last=[_last(change) for change in last],
            resumes=resumes,
        )


def _last(change: Any) -> LastChange:
    words = texts.heading(change, change.total)
    return LastChange(change.pk, words, change.started_at, change.reason)


@dataclass(frozen=True)
class Place:
    """A company, and where its rights are; before a change ran, it is only named."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Group:
    """The first of some companies, how many there are, and what is to be said of all of them.

    ``others`` are not named.
    """

    title: str
    count: str
    places: list[Place]
    others: int
    details: list[str]
    icon: str
    look: str
    is_open: bool

    @classmethod
    def of(
        cls,
        change: BulkChange,
        title: str | Promise,
        companies: Sequence[Company],
        total: int,
        *,
        details: Iterable[str | Promise] = (),
        sign: tuple[str, str] = NO_SIGN,
        is_open: bool = False,
        linked: bool = False,
    ) -> Group:
        """Lay out some companies of a change; once it ran, they lead to their rights."""
        first = companies[:NAMED]
        places = [_place(change, one) if linked else Place(one.name) for one in first]
        said, others = [str(line) for line in details], total - len(places)
        return cls(str(title), company_count(total), places, others, said, *sign, is_open)


def _place(change: BulkChange, company: Company) -> Place:
    args = [company.business_id]
    if change.integration is None:
        return Place(company.name, reverse("rights", args=args))
    args.append(change.integration.public_id)
    return Place(company.name, reverse("integration_rights", args=args))


@dataclass(frozen=True)
class Facts:
    """What a bulk change is about; ``out_of_reach`` counts those that are clients no more."""

    target: str
    resources: str
    companies: str
    out_of_reach: str
    reason: str

    @classmethod
    def of(cls, change: BulkChange, catalogue: Catalogue, count: int, left_out: int) -> Facts:
        """Say whose rights, which resources, where and why; and how many are out of reach."""
        return cls(
            target=texts.target(change),
            resources=texts.chosen(change, catalogue),
            companies=texts.companies(count, left_out, of_all=_is_of_all(change)),
            out_of_reach=texts.out_of_reach(change.out_of_reach),
            reason=change.reason,
        )


def _is_of_all(change: BulkChange) -> bool:
    """Tell whether it is about all companies that were found, and no others."""
    return change.sent.get("take") == [MATCHING] and not any(change.sent.get("also", []))


@dataclass(frozen=True)
class PreviewPage:
    """A draft that is being checked: the companies by what will happen there.

    ``button`` starts it and is empty when there is nothing to change; ``back`` leads to where
    it was put together. ``unknown`` are ids or names that were pasted, of no client company.
    """

    pk: UUID
    heading: str
    facts: Facts
    groups: list[Group]
    warnings: list[Group]
    button: str
    stops_something: bool
    back: str
    way_back: str
    unknown: str
    losing: Sequence[Losing]

    @classmethod
    def of(
        cls,
        change: BulkChange,
        checked: Sequence[Checked],
        catalogue: Catalogue,
        unknown: Iterable[str],
        refused: Mapping[int, Found],
    ) -> PreviewPage:
        """Lay out what will happen in each company."""
        changing = sum(bool(one.outcome.deltas) for one in checked)
        left_out = sum(one.left_out for one in checked)
        count = len(checked) - left_out
        return cls(
            pk=change.pk,
            heading=texts.heading(change, count),
            facts=Facts.of(change, catalogue, count, left_out),
            groups=[*_outcomes(change, checked, catalogue), *_left_out(change, checked)],
            warnings=_warnings(change, checked),
            button=texts.button(change, changing, losing=bool(refused)) if changing else "",
            stops_something=bool(_where(checked, lambda delta: delta.removed)),
            back=_back(change),
            way_back=texts.way_back(change),
            unknown=", ".join(unknown),
            losing=losing_in((one.company for one in checked), refused),
        )


def _back(change: BulkChange) -> str:
    if change.puts_back:
        return reverse("bulk_change", args=[change.puts_back.pk])
    return reverse("bulk", query={"draft": change.pk})


def _outcomes(change: BulkChange, checked: Sequence[Checked], catalogue: Catalogue) -> list[Group]:
    """Return the companies by what will happen there; the largest first, refusals last."""
    alike: dict[object, list[Checked]] = defaultdict(list)
    for one in checked:
        if not one.left_out:
            alike[one.outcome.key].append(one)
    groups = sorted(alike.values(), key=lambda same: (bool(same[0].outcome.refusal), -len(same)))
    return [
        _outcome(change, same, catalogue, is_open=place == 0) for place, same in enumerate(groups)
    ]


def _outcome(
    change: BulkChange, same: list[Checked], catalogue: Catalogue, *, is_open: bool
) -> Group:
    what = same[0].outcome
    return Group.of(
        change,
        texts.will(what, catalogue),
        [one.company for one in same if one.served or not what.refusal],
        len(same),
        details=texts.details(what, catalogue),
        sign=OCTAGON if what.refusal else NO_SIGN,
        is_open=is_open,
    )


def _left_out(change: BulkChange, checked: Sequence[Checked]) -> list[Group]:
    companies = [one.company for one in checked if one.left_out]
    title = texts.STATES[State.LEFT_OUT]
    return [Group.of(change, title, companies, len(companies))] if companies else []


def _warnings(change: BulkChange, checked: Sequence[Checked]) -> list[Group]:
    """Return the companies to look at before it runs."""
    who = {"who": texts.target(change)}
    found = [
        (texts.NO_TRAFFIC, _without_traffic(change, checked)),
        (texts.LOSES_GENERAL, _where(checked, lambda delta: delta.loses)),
        (texts.STAYS_LISTED, _kept_from_general(change, checked)),
        (texts.BLOCKS, _where(checked, lambda delta: delta.removed)),
    ]
    return [
        Group.of(change, str(title) % who, there, len(there), details=[detail], sign=TRIANGLE)
        for (title, detail), there in found
        if there
    ]


def _without_traffic(change: BulkChange, checked: Sequence[Checked]) -> list[Company]:
    if change.integration and change.integration.built_in:
        return []
    opened = _where(checked, lambda delta: delta.added)
    return [company for company in opened if not includes_interface(company.package)]


def _kept_from_general(change: BulkChange, checked: Sequence[Checked]) -> list[Company]:
    return _where(checked, lambda delta: delta.kept_from) if change.puts_back else []


def _where(checked: Iterable[Checked], test: Callable[[Delta], object]) -> list[Company]:
    return [one.company for one in checked if any(map(test, one.outcome.deltas))]


@dataclass(frozen=True)
class ChangePage:
    """A bulk change that was started: how far it is, and what became of each company.

    ``ended`` of ``total`` companies have been dealt with; ``pace`` says how long the rest takes,
    or that nobody is at it. ``summary`` says what became of it to
    those who do not see the page. ``resume`` runs what is left and is empty when nothing is.
    Where it was put back, ``back`` leads there.
    """

    pk: UUID
    heading: str
    said: str
    running: bool
    ended: int
    total: int
    progress: str
    pace: str
    facts: Facts
    results: list[Group]
    summary: str
    resume: str
    put_back: PutBackForm | None
    back: str
    back_at: datetime | None

    @classmethod
    def of(
        cls,
        change: BulkChange,
        items: Sequence[NamedItem],
        back: BulkChange | None,
        catalogue: Catalogue,
        put_back: PutBackForm,
    ) -> ChangePage:
        """Lay out the companies by what became of them; ``back`` is what put them back."""
        alike = _alike(items)
        results, left_out = _results(change, alike), _count(alike, State.LEFT_OUT)
        total = _count(alike, *State) - left_out
        waiting, done = _count(alike, State.WAITING), _count(alike, State.DONE)
        ended = total - waiting
        return cls(
            pk=change.pk,
            heading=texts.heading(change, total),
            said=texts.said(change),
            running=change.stage is Stage.RUNNING,
            ended=ended,
            total=total,
            progress=texts.progress(ended, total),
            pace=_pace(change, waiting) if change.stage is Stage.RUNNING else "",
            facts=Facts.of(change, catalogue, total, left_out),
            results=results,
            summary=". ".join(f"{group.title}: {group.count}" for group in results) + ".",
            resume=texts.resume(waiting=waiting, refused=_retryable(alike)),
            put_back=put_back if done and back is None else None,
            back=reverse("bulk_change", args=[back.pk]) if back and done else "",
            back_at=back.started_at if back else None,
        )


def _pace(change: BulkChange, waiting: int) -> str:
    """Say how long the rest takes; or that nobody is at it, once that lasts."""
    moved, begun = change.moved_at, change.taken_up_at
    if moved and timezone.now() - moved > PATIENCE:
        return texts.waits(begun=begun is not None)
    seconds = (moved - begun).total_seconds() if moved and begun else 0
    settled = change.left_then - waiting
    left = seconds_left(waiting=waiting, settled=settled, seconds=seconds)
    return texts.time_left(left) if left and waiting else ""


def _alike(items: Iterable[NamedItem]) -> Kinds:
    alike: Kinds = defaultdict(list)
    for item in items:
        alike[State(item.state), item.why, not item.served].append(item)
    return alike


def _count(alike: Kinds, *states: State) -> int:
    return sum(same[0].total for (state, *_), same in alike.items() if state in states)


def _retryable(alike: Kinds) -> int:
    """Return how many were refused for a reason that may have gone."""
    refused = [(why, same) for (_state, why, _gone), same in alike.items() if why]
    return sum(same[0].total for why, same in refused if why not in HOPELESS)


def _results(change: BulkChange, alike: Kinds) -> list[Group]:
    kinds = sorted(alike, key=lambda kind: (ORDER.index(kind[0]), *kind[1:]))
    return [_result(change, alike[kind]) for kind in kinds]


def _result(change: BulkChange, items: list[NamedItem]) -> Group:
    first = items[0]
    state, total = State(first.state), first.total
    if not first.served:
        return Group.of(change, texts.STATES[state], [], total, details=[texts.NOT_SERVED])
    return Group.of(
        change,
        texts.STATES[state],
        [item.company for item in items],
        total,
        details=_why(first.why),
        sign=SIGNS.get(state, NO_SIGN),
        is_open=state is State.REFUSED,
        linked=True,
    )


def _why(stored: str) -> list[str]:
    return [str(texts.REFUSALS[Refusal(stored)])] if stored else []


def cells(item: BulkItem) -> list[str]:
    """Return one company of a change as a file has it."""
    company, state = item.company, str(texts.STATES[State(item.state)])
    return [company.name, company.business_id, state, *(_why(item.why) or [""])]
