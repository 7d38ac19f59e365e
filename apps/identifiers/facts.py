"""What one identifier's row shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from apps.companies import rules as companies
from apps.companies.rules import Grants
from apps.identifiers import rules, texts
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Hindrance, Owner, Purpose, State


@dataclass(frozen=True)
class Row:
    """One identifier as one company sees it; ``found`` comes from ``in_company``."""

    found: Any
    now: datetime
    key: str = ""

    @property
    def identifier(self) -> ApiIdentifier:
        """The identifier itself."""
        return self.found  # type: ignore[no-any-return]

    @property
    def state(self) -> State:
        """What it is by itself."""
        return self.identifier.state

    @property
    def ended(self) -> bool:
        """Whether its row is grey: nothing can bring it back."""
        return self.state.final

    @property
    def paused(self) -> bool:
        """Whether its owner paused it."""
        return self.state is State.PAUSED

    @property
    def is_new(self) -> bool:
        """Whether it was made just now."""
        return not self.ended and self.now - self.identifier.created_at < rules.NEW_FOR

    @property
    def is_excel(self) -> bool:
        """Whether it belongs to a workbook."""
        return self.identifier.purpose == Purpose.EXCEL

    @cached_property
    def hindrance(self) -> Hindrance | None:
        """Why it does not work here, if so."""
        found = self.found
        return rules.hindrance(
            state=self.state,
            owner=Owner(
                active=found.owner.is_active,
                grants=Grants.read([], found.levels or {}) if found.member else None,
                period=companies.validity(
                    now=self.now, start=found.member_from, end=found.member_until
                ),
            ),
            stopped=found.stopped_at is not None,
        )

    @property
    def why_not(self) -> str:
        """The hindrance in words; nothing where the validity says the same."""
        reason = self.hindrance
        if reason is None or self.ended:
            return ""
        if reason is Hindrance.PAUSED and (since := self.identifier.paused_at):
            return texts.paused(since)
        return str(texts.HINDRANCES[reason])

    @property
    def stopped(self) -> bool:
        """Whether KH or TPK stopped it here."""
        return self.found.stopped_at is not None

    @property
    def validity(self) -> str:
        """Its validity in words."""
        return texts.validity(
            self.state,
            valid_until=self.identifier.valid_until,
            deactivated_at=self.identifier.deactivated_at,
        )

    @property
    def soon(self) -> str:
        """How soon it ends here, when that is within 30 days."""
        end = rules.first_end(self.identifier.valid_until, self.found.member_until)
        if self.ended or self.is_excel or end is None:
            return ""
        return texts.soon(self.now, end) if rules.step(now=self.now, end=end) else ""

    @property
    def ends_with_membership(self) -> bool:
        """Whether its owner's membership ends here before it would itself."""
        own, membership = self.identifier.valid_until, self.found.member_until
        return membership is not None and rules.first_end(own, membership) == membership

    @property
    def integration_name(self) -> str:
        """The integration it is for, as far as this company knows of it."""
        linked = self.identifier.integration
        return linked.name if linked and (self.found.is_listed or not linked.is_custom) else ""
