"""A bulk change that was started: how far it is, and what became of each company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from apps.companies.models import Company
from apps.office.bulk import queries, texts
from apps.office.bulk.groups import OCTAGON, TICK, Group
from apps.office.bulk.models import BulkChange
from apps.office.bulk.preview import Preview
from apps.office.bulk.queries import NamedItem
from apps.office.bulk.rules import Refusal, Stage, State
from apps.resources.catalog.snapshot import Catalogue

ORDER = (State.DONE, State.UNCHANGED, State.REFUSED, State.WAITING)
SIGNS = {State.DONE: TICK, State.REFUSED: OCTAGON}


@dataclass(frozen=True)
class BulkPage:
    """One bulk change: its preview, its progress or its result."""

    change: BulkChange
    catalogue: Catalogue

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.change.stage

    @cached_property
    def items(self) -> list[NamedItem]:
        """The first companies of each state."""
        return queries.named(self.change)

    @property
    def tally(self) -> Mapping[tuple[str, str], int]:
        """How many companies stand where, by state and reason."""
        return {(item.state, item.why): item.total for item in self.items}

    @property
    def total(self) -> int:
        """How many companies it is about."""
        return sum(self.tally.values())

    @property
    def ended(self) -> int:
        """How many of them have been dealt with."""
        return self.total - self.waiting

    @property
    def waiting(self) -> int:
        """How many have not been."""
        return self._count(State.WAITING)

    @property
    def refused(self) -> int:
        """How many were refused."""
        return self._count(State.REFUSED)

    @property
    def done(self) -> int:
        """How many were changed."""
        return self._count(State.DONE)

    @property
    def heading(self) -> str:
        """What is wanted, in one line."""
        return texts.heading(self.change, self.total)

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
        return texts.resume(waiting=self.waiting, refused=self.refused)

    @property
    def left_out(self) -> str:
        """How many companies were unticked."""
        return texts.companies(self.change.left_out)

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
        found: dict[tuple[str, str], list[Company]] = defaultdict(list)
        for item in self.items:
            found[item.state, item.why].append(item.company)
        kinds = [kind for state in ORDER for kind in sorted(found) if kind[0] == state]
        return [self._group(State(state), why, found[state, why]) for state, why in kinds]

    def _group(self, state: State, why: str, companies: list[Company]) -> Group:
        details = [str(texts.REFUSALS[Refusal(why)])] if why else []
        total, is_open = self.tally[state, why], state is State.REFUSED
        return Group(texts.STATES[state], companies, total, details, SIGNS.get(state), is_open)

    def _count(self, wanted: State) -> int:
        return sum(count for (state, _why), count in self.tally.items() if state == wanted)
