"""What a change would have refused of the calls so far: pure decisions, no database.

Decided by the function that the gateway asks, as if every signature were right and fresh.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from apps.gateway.rules import Caller, Facts, Holder, Resource, decide
from apps.resources.rules import ResourceSet

WINDOW = timedelta(days=400)
"""So far back calls are asked about: a year, and what a yearly job may be late."""
YEAR = timedelta(days=365)
FEWEST = 3
"""On fewer days there is no rhythm."""


class Rhythm(StrEnum):
    """What the days have in common on which something was used."""

    ONCE = "once"
    MONTH_ENDS = "month_ends"
    MONTHLY = "monthly"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Days:
    """The days on which something was used: how many, and what they all have in common.

    ``weekday`` and ``monthday`` are none where they differ; ``end_months`` says that each was a
    month's last.
    """

    count: int
    first: date
    last: date
    weekday: int | None
    monthday: int | None
    end_months: bool

    def with_those(self, other: Days) -> Days:
        """Return the days of both; those of two may be the same, so they count as at least so many."""
        return Days(
            count=max(self.count, other.count),
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            weekday=self.weekday if self.weekday == other.weekday else None,
            monthday=self.monthday if self.monthday == other.monthday else None,
            end_months=self.end_months and other.end_months,
        )

    @property
    def rhythm(self) -> Rhythm | None:
        """What they have in common; two days may agree by chance, three hardly do."""
        if self.first == self.last:
            return Rhythm.ONCE
        if self.count < FEWEST:
            return None
        if self.end_months:
            return Rhythm.MONTH_ENDS
        if self.monthday is not None:
            return Rhythm.MONTHLY
        return None if self.weekday is None else Rhythm.WEEKLY


@dataclass(frozen=True)
class Use:
    """What one identifier of one integration asked of one resource, as far as it was accepted."""

    integration: int
    identifier: int
    resource: str
    times: int
    days: Days


@dataclass(frozen=True)
class World:
    """What decides about the calls of a company; ``rights`` are what its listings allow."""

    package: str
    callers: Mapping[int, Caller]
    holders: Mapping[int, Holder]
    resources: Mapping[str, Resource]
    rights: Mapping[int | None, ResourceSet]

    def passes(self, use: Use) -> bool:
        """Tell whether such a call would pass."""
        facts = Facts(
            caller=self.callers.get(use.integration),
            holder=self.holders.get(use.identifier),
            accepted=True,
            signed=True,
            timely=True,
            unique=True,
            package=self.package,
            resource=self.resources.get(use.resource),
            own=self.rights.get(use.integration),
            general=self.rights.get(None),
        )
        return decide(facts).allowed

    def having(self, rights: Mapping[int | None, ResourceSet]) -> World:
        """Return the world with other rights."""
        return replace(self, rights=rights)

    def without(self, identifiers: Collection[int]) -> World:
        """Return the world in which some identifiers do not work."""
        stopped = {
            pk: replace(holder, stopped=holder.stopped or pk in identifiers)
            for pk, holder in self.holders.items()
        }
        return replace(self, holders=stopped)


@dataclass(frozen=True)
class Lost:
    """Calls of one integration to one resource that a change would have refused."""

    integration: int
    resource: str
    times: int
    days: Days


@dataclass(frozen=True)
class Replay:
    """What a change would have refused of ``total`` calls; ``since`` is none without any.

    ``stopped`` of them would not pass now either, whatever is changed.

    What was used least often comes first: nobody remembers it.
    """

    total: int = 0
    since: date | None = None
    lost: tuple[Lost, ...] = ()
    stopped: int = 0

    @property
    def refused(self) -> int:
        """How many calls it would have refused."""
        return sum(one.times for one in self.lost)

    def is_young(self, today: date) -> bool:
        """Tell whether the log is too young to have in it what is done once a year."""
        return self.since is None or today - self.since < YEAR


def replay(uses: Iterable[Use], now: World, after: World) -> Replay:
    """Return which calls would pass now and not after a change."""
    found = list(uses)
    passing = [use for use in found if now.passes(use)]
    refused = [use for use in passing if not after.passes(use)]
    total = sum(use.times for use in found)
    return Replay(
        total=total,
        since=min((use.days.first for use in found), default=None),
        lost=_merged(Lost(one.integration, one.resource, one.times, one.days) for one in refused),
        stopped=total - sum(use.times for use in passing),
    )


def joined(replays: Iterable[Replay]) -> Replay:
    """Return what happens in several companies together."""
    found = list(replays)
    return Replay(
        total=sum(one.total for one in found),
        since=min((one.since for one in found if one.since), default=None),
        lost=_merged(line for one in found for line in one.lost),
        stopped=sum(one.stopped for one in found),
    )


def _merged(lost: Iterable[Lost]) -> tuple[Lost, ...]:
    """Return one line for each integration and resource, what was used on fewest days first."""
    alike: dict[tuple[int, str], Lost] = {}
    for one in lost:
        which = one.integration, one.resource
        if before := alike.get(which):
            times, days = before.times + one.times, before.days.with_those(one.days)
            alike[which] = Lost(*which, times, days)
        else:
            alike[which] = one
    return tuple(sorted(alike.values(), key=_rarest_first))


def _rarest_first(lost: Lost) -> tuple[int, int, int, str]:
    return lost.days.count, lost.times, lost.integration, lost.resource
