"""What a bulk change will do, company by company, as things stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import cached_property

from apps.bulk import queries, sentences, texts
from apps.bulk.facts import Delta, Outcome, outcome
from apps.bulk.groups import NAMED, OCTAGON, TRIANGLE, Group
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.rules import Action, State
from apps.bulk.services import pasts
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.companies.rules import includes_interface
from apps.resources.board import Board
from apps.resources.catalogue import Catalogue


@dataclass(frozen=True)
class Preview:
    """A draft that is being checked: the companies by what will happen there."""

    change: BulkChange
    catalogue: Catalogue

    @cached_property
    def outcomes(self) -> list[tuple[Company, Outcome]]:
        """What will happen in each company as things stand now."""
        past = pasts(self.change)
        boards, nothing = queries.boards(self.change, self.catalogue), Board({}, [], self.catalogue)

        def outcome_in(pk: int, access: CompanyAccess | None) -> Outcome:
            return outcome(self.change, access, boards.get(pk, nothing), past.get(pk, {}))

        return [
            (item.company, outcome_in(item.company_id, access))
            for item, access in self.entered
            if item.state == State.WAITING
        ]

    @cached_property
    def entered(self) -> list[tuple[BulkItem, CompanyAccess | None]]:
        """Every company of the change, those that were left out too, with the person's access."""
        return queries.entered(self.change)

    @property
    def heading(self) -> str:
        """What is wanted, in one line."""
        return texts.heading(self.change, self.changing)

    @property
    def stops_something(self) -> bool:
        """Whether anything that is in force will be blocked."""
        return bool(self._where(lambda delta: bool(delta.removed)))

    @cached_property
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
        title = sentences.will(one, self.catalogue)
        if not one.refusal:
            details = sentences.details(one, self.catalogue)
            return Group(title, companies[:NAMED], len(companies), details, None, is_open)
        mine = [company for company in companies if company.pk in self._served]
        why = [str(texts.REFUSALS[one.refusal])]
        return Group(title, mine[:NAMED], len(companies), why, OCTAGON, is_open)

    @cached_property
    def _served(self) -> set[int]:
        return {item.company_id for item, access in self.entered if access and access.serves}

    @property
    def left_out(self) -> list[Group]:
        """The companies that were unticked."""
        companies = [item.company for item, _access in self.entered if item.state == State.LEFT_OUT]
        title = texts.STATES[State.LEFT_OUT]
        return [Group(title, companies[:NAMED], len(companies))] if companies else []

    @property
    def warnings(self) -> list[Group]:
        """The companies to look at before it runs."""
        who = {"who": texts.target(self.change)}
        found = [
            (texts.NO_TRAFFIC, self._without_traffic()),
            (texts.LOSES_GENERAL, self._where(lambda delta: bool(delta.loses))),
            (texts.STAYS_LISTED, self._kept_from_general()),
            (texts.BLOCKS, self._where(lambda delta: bool(delta.removed))),
        ]
        return [
            Group(str(title) % who, companies[:NAMED], len(companies), [str(detail)], TRIANGLE)
            for (title, detail), companies in found
            if companies
        ]

    def _without_traffic(self) -> list[Company]:
        integration = self.change.integration
        if integration and integration.built_in:
            return []
        opened = self._where(lambda delta: bool(delta.added))
        return [company for company in opened if not includes_interface(company.package)]

    def _kept_from_general(self) -> list[Company]:
        if self.change.action != Action.PUT_BACK:
            return []
        return self._where(
            lambda delta: (
                delta.integration is not None
                and not delta.allowed
                and bool(delta.general & delta.standing.usable)
            )
        )

    def _where(self, test: Callable[[Delta], bool]) -> list[Company]:
        return [
            company for company, one in self.outcomes if any(test(delta) for delta in one.deltas)
        ]
