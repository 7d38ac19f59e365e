"""When rights are reviewed, and what became of each right: pure decisions, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from apps.resources.rules import NOTHING, ResourceSet, Review

YEAR, QUARTER = timedelta(days=365), timedelta(days=90)
"""Rights are reviewed once a year; what was used is told of a year and of ninety days."""


def is_due(review: Review | None, in_force: ResourceSet, now: datetime) -> bool:
    """Tell whether rights should be looked at: something is allowed, and a year went by."""
    return bool(in_force) and (review is None or now - review.at > YEAR)


class Decision(NamedTuple):
    """A change of an integration's rights: who allowed and blocked what, and when."""

    at: datetime
    by: str
    added: ResourceSet
    removed: ResourceSet


@dataclass(frozen=True)
class Past:
    """What became of an integration's rights: its first change, and the last of each resource."""

    first: Decision | None = None
    last: Decision | None = None
    of_each: Mapping[int, Decision] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Past:
        """Add up all changes, the newest first."""
        first = last = None
        told, of_each = NOTHING, dict[int, Decision]()
        for one in decisions:
            first, last = one, last or one
            touched = one.added | one.removed
            of_each |= dict.fromkeys(touched - told, one)
            told |= touched
        return cls(first, last, of_each)

    def allowed_since(self, moment: datetime) -> ResourceSet:
        """Return what was allowed last after a moment."""
        return ResourceSet(
            at for at, one in self.of_each.items() if at in one.added and one.at > moment
        )

    def taken_back(self, in_force: ResourceSet) -> ResourceSet:
        """Return what was allowed once and is blocked now."""
        removed = (at for at, one in self.of_each.items() if at in one.removed)
        return ResourceSet(removed) - in_force


class Use(NamedTuple):
    """How often a resource was used in a year and in ninety days, and when last."""

    year: int
    quarter: int
    last: datetime


@dataclass(frozen=True)
class Used:
    """What an integration used, by position; ``since`` is from when calls were counted here.

    It is none where none was counted in a year.
    """

    since: date | None = None
    by_position: Mapping[int, Use] = field(default_factory=dict)

    def is_young(self, today: date) -> bool:
        """Tell whether less than a year was counted."""
        return self.since is None or today - self.since < YEAR

    @property
    def in_year(self) -> ResourceSet:
        """What was used in a year."""
        return ResourceSet(self.by_position)

    @property
    def in_quarter(self) -> ResourceSet:
        """What was used in ninety days."""
        return ResourceSet(at for at, one in self.by_position.items() if one.quarter)
