"""What a change would have refused of the calls so far: pure decisions, no database.

Decided by the function that the gateway asks, as if every signature were right and fresh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from apps.gateway.rules import Caller, Facts, Holder, Resource, decide
from apps.resources.rules import ResourceSet

WINDOW = timedelta(days=400)
"""So far back calls are asked about: a year, and what a yearly job may be late."""
YEAR = timedelta(days=365)
FEW = 62
"""On more days than these in a window nothing has a rhythm worth naming."""


@dataclass(frozen=True)
class Use:
    """What one identifier of one integration asked of one resource, as far as it was accepted."""

    integration: int
    identifier: int
    resource: str
    times: int
    days: int
    first: date
    last: date


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
    days: int
    last: date


@dataclass(frozen=True)
class Replay:
    """What a change would have refused of ``total`` calls; ``since`` is none without any.

    What was used least often comes first: nobody remembers it.
    """

    total: int = 0
    since: date | None = None
    lost: tuple[Lost, ...] = ()

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
    refused = [use for use in found if now.passes(use) and not after.passes(use)]
    return Replay(
        total=sum(use.times for use in found),
        since=min((use.first for use in found), default=None),
        lost=_merged(
            Lost(one.integration, one.resource, one.times, one.days, one.last) for one in refused
        ),
    )


def joined(replays: Iterable[Replay]) -> Replay:
    """Return what happens in several companies together."""
    found = list(replays)
    return Replay(
        total=sum(one.total for one in found),
        since=min((one.since for one in found if one.since), default=None),
        lost=_merged(line for one in found for line in one.lost),
    )


def _merged(lost: Iterable[Lost]) -> tuple[Lost, ...]:
    """Return one line for each integration and resource, what was used on fewest days first.

    The days of two identifiers or companies may be the same ones: they count as so many at least.
    """
    alike: dict[tuple[int, str], list[Lost]] = defaultdict(list)
    for one in lost:
        alike[one.integration, one.resource].append(one)
    lines = [
        Lost(
            *which,
            times=sum(one.times for one in same),
            days=max(one.days for one in same),
            last=max(one.last for one in same),
        )
        for which, same in alike.items()
    ]
    return tuple(
        sorted(lines, key=lambda one: (one.days, one.times, one.integration, one.resource))
    )


class Rhythm(StrEnum):
    """What the days have in common on which something was used."""

    ONCE = "once"
    MONTH_ENDS = "month_ends"
    MONTHLY = "monthly"
    WEEKLY = "weekly"


def rhythm(days: Collection[date]) -> Rhythm | None:
    """Return what some days have in common; two may agree by chance, three hardly do."""
    if len(days) == 1:
        return Rhythm.ONCE
    if not 3 <= len(days) <= FEW:
        return None
    if all((day + timedelta(days=1)).day == 1 for day in days):
        return Rhythm.MONTH_ENDS
    if len({day.day for day in days}) == 1:
        return Rhythm.MONTHLY
    return Rhythm.WEEKLY if len({day.weekday() for day in days}) == 1 else None
