"""A bulk change that was started: how far it is, and what became of each company."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.functional import cached_property

from apps.bulk import queries, texts
from apps.bulk.groups import OCTAGON, TICK, Group
from apps.bulk.models import BulkChange
from apps.bulk.preview import Preview
from apps.bulk.queries import NamedItem
from apps.bulk.rules import HOPELESS, Refusal, Stage, State
from apps.companies.access import OfficeAccess
from apps.companies.texts import company_count
from apps.resources.catalogue import Catalogue

ORDER = (State.DONE, State.UNCHANGED, State.REFUSED, State.WAITING, State.LEFT_OUT)
SIGNS = {State.DONE: TICK, State.REFUSED: OCTAGON}


@dataclass(frozen=True)
class BulkPage:
    """One bulk change: its preview, its progress or its result."""

    access: OfficeAccess
    change: BulkChange
    catalogue: Catalogue

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.change.stage

    @cached_property
    def items(self) -> list[NamedItem]:
        """The first companies of each state."""
        return queries.named(self.change, self.access)

    @property
    def total(self) -> int:
        """How many companies it is about."""
        return self._count(*State) - self._count(State.LEFT_OUT)

    @property
    def ended(self) -> int:
        """How many of them have been dealt with."""
        return self.total - self.waiting

    @property
    def waiting(self) -> int:
        """How many have not been."""
        return self._count(State.WAITING)

    @property
    def retryable(self) -> int:
        """How many were refused for a reason that may have gone."""
        alike = {(item.why, item.served): item.total for item in self.items if item.why}
        return sum(count for (why, _served), count in alike.items() if why not in HOPELESS)

    @property
    def done(self) -> int:
        """How many were changed."""
        return self._count(State.DONE)

    @property
    def heading(self) -> str:
        """What is wanted, in one line."""
        return texts.heading(self.change, self.total if self.waiting else self.done)

    @property
    def summary(self) -> str:
        """What became of it, in one line for those who do not see the page."""
        words = [f"{group.title}: {group.count}" for group in self.results]
        return ". ".join(words) + "."

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        return texts.progress(self.ended, self.total)

    @property
    def running(self) -> bool:
        """Whether companies are being changed."""
        return self.stage is Stage.RUNNING

    @property
    def said(self) -> str:
        """When it was started and whether it has ended."""
        return texts.said(self.change)

    @property
    def resume(self) -> str:
        """The words of the button that runs what is left; nothing if nothing is."""
        return texts.resume(waiting=self.waiting, refused=self.retryable)

    @property
    def out_of_reach(self) -> str:
        """How many companies of the change that is put back are no clients any more."""
        count = self.change.out_of_reach
        return company_count(count) if count else ""

    @cached_property
    def put_back_by(self) -> BulkChange | None:
        """The change that put this one back, once it was started."""
        started = BulkChange.objects.visible_to(self.access.user).exclude(started_at=None)
        return started.filter(puts_back=self.change).first()

    @property
    def target(self) -> str:
        """Whose rights it is about."""
        return texts.target(self.change)

    @property
    def public_id(self) -> str:
        """The integration's part of addresses; empty where there is no single one."""
        return self.change.integration.public_id if self.change.integration else ""

    @property
    def resources(self) -> str:
        """Which resources it is about."""
        return texts.chosen(self.change, self.catalogue)

    @cached_property
    def preview(self) -> Preview:
        """What it will do, while it is a draft."""
        return Preview(self.change, self.catalogue)

    @property
    def results(self) -> list[Group]:
        """The companies by what became of them."""
        alike: dict[tuple[str, str, bool], list[NamedItem]] = defaultdict(list)
        for item in self.items:
            alike[item.state, item.why, not item.served].append(item)
        kinds = sorted(alike, key=lambda kind: (ORDER.index(State(kind[0])), *kind[1:]))
        return [self._group(alike[kind]) for kind in kinds]

    def _group(self, items: list[NamedItem]) -> Group:
        state, why = State(items[0].state), items[0].why
        details = [str(texts.REFUSALS[Refusal(why)])] if why else []
        if not items[0].served:
            return Group(texts.STATES[state], [], items[0].total, [str(texts.NOT_SERVED)])
        companies, is_open = [item.company for item in items], state is State.REFUSED
        title, sign = texts.STATES[state], SIGNS.get(state)
        return Group(title, companies, items[0].total, details, sign, is_open)

    def _count(self, *wanted: State) -> int:
        alike = {(item.state, item.why, item.served): item.total for item in self.items}
        return sum(count for (state, *_), count in alike.items() if state in wanted)
