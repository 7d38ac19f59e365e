"""What a bulk change will do, company by company, as things stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from apps.companies.models import Company
from apps.companies.rules import includes_interface
from apps.office.bulk import queries, sentences, texts
from apps.office.bulk.facts import Delta, Outcome, outcome
from apps.office.bulk.groups import NAMED, OCTAGON, TRIANGLE, Group
from apps.office.bulk.models import BulkChange
from apps.office.bulk.services import pasts
from apps.resources.board import Board
from apps.resources.catalog.snapshot import Catalogue


@dataclass(frozen=True)
class Preview:
    """A draft that is being checked: the companies by what will happen there."""

    change: BulkChange
    catalogue: Catalogue

    @cached_property
    def outcomes(self) -> list[tuple[Company, Outcome]]:
        """What will happen in each company as things stand now."""
        accesses, past = queries.accesses(self.change), pasts(self.change)
        boards, nothing = queries.boards(self.change, self.catalogue), Board({}, [], self.catalogue)
        return [
            (
                item.company,
                outcome(
                    self.change,
                    accesses.get(item.company_id),
                    boards.get(item.company_id, nothing),
                    past.get(item.company_id, {}),
                ),
            )
            for item in self.change.items.select_related("company").order_by("pk")
        ]

    @property
    def heading(self) -> str:
        """What is wanted, in one line."""
        return texts.heading(self.change, len(self.outcomes))

    @property
    def changing(self) -> int:
        """How many companies will be changed."""
        return sum(bool(one.deltas) for _company, one in self.outcomes)

    @property
    def button(self) -> str:
        """The words of the button that starts it."""
        return texts.button(self.change, self.changing)

    @property
    def groups(self) -> list[Group]:
        """The companies by what will happen there; the largest first, refusals last."""
        alike: dict[object, list[tuple[Company, Outcome]]] = {}
        for company, one in self.outcomes:
            key = (one.refusal, tuple(delta.key for delta in one.deltas))
            alike.setdefault(key, []).append((company, one))
        groups = sorted(alike.values(), key=lambda same: (bool(same[0][1].refusal), -len(same)))
        return [self._group(same, is_open=place == 0) for place, same in enumerate(groups)]

    def _group(self, same: list[tuple[Company, Outcome]], *, is_open: bool) -> Group:
        one, companies = same[0][1], [company for company, _outcome in same]
        details = [line for delta in one.deltas for line in sentences.which(delta, self.catalogue)]
        if one.refusal:
            details = [str(texts.REFUSALS[one.refusal])]
        sign = OCTAGON if one.refusal else None
        return Group(sentences.will(one), companies[:NAMED], len(companies), details, sign, is_open)

    @property
    def warnings(self) -> list[Group]:
        """The companies to look at before it runs."""
        found = [
            (texts.NO_TRAFFIC, self._without_traffic()),
            (texts.LOSES_GENERAL, self._where(lambda delta: bool(delta.loses))),
            (texts.BLOCKS, self._where(lambda delta: bool(delta.removed))),
        ]
        return [
            Group(title, companies[:NAMED], len(companies), [str(detail)], TRIANGLE)
            for (title, detail), companies in found
            if companies
        ]

    def _without_traffic(self) -> list[Company]:
        integration = self.change.integration
        if integration and integration.built_in:
            return []
        opened = self._where(lambda delta: bool(delta.added))
        return [company for company in opened if not includes_interface(company.package)]

    def _where(self, test: Callable[[Delta], bool]) -> list[Company]:
        return [
            company for company, one in self.outcomes if any(test(delta) for delta in one.deltas)
        ]
