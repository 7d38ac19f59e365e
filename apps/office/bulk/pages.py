"""A bulk change that was started: how far it is, and what became of each company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from apps.office.bulk import queries, texts
from apps.office.bulk.groups import OCTAGON, TICK, Group
from apps.office.bulk.models import BulkChange
from apps.office.bulk.preview import Preview
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
    def tally(self) -> Mapping[tuple[str, str], int]:
        """How many companies stand where, by state and reason."""
        return queries.tally(self.change)

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
        words = {"ended": self.ended, "total": texts.companies(self.total)}
        return _("%(ended)d of %(total)s") % words

    @property
    def target(self) -> str:
        """Whose rights it is about."""
        return texts.target(self.change)

    @property
    def resources(self) -> str:
        """Which resources it is about."""
        return texts.chosen(self.change, self.catalogue)

    @property
    def preview(self) -> Preview:
        """What it will do, while it is a draft."""
        return Preview(self.change, self.catalogue)

    @property
    def results(self) -> list[Group]:
        """The companies by what became of them."""
        names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for item in queries.named(self.change):
            names[item.state, item.why].append(item.company.name)
        kinds = [kind for state in ORDER for kind in sorted(names) if kind[0] == state]
        return [self._group(State(state), why, names[state, why]) for state, why in kinds]

    def _group(self, state: State, why: str, names: list[str]) -> Group:
        details = [str(texts.REFUSALS[Refusal(why)])] if why else []
        total, is_open = self.tally[state, why], state is State.REFUSED
        return Group(texts.STATES[state], names, total, details, SIGNS.get(state), is_open)

    def _count(self, wanted: State) -> int:
        return sum(count for (state, _why), count in self.tally.items() if state == wanted)
