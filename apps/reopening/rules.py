"""What of the blocks of API traffic still waits for an answer: pure decisions, no database.

What waits is stored with each listing (``resources.rules.Standing``); here stands since when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from apps.core import refusals
from apps.resources.rules import ResourceSet


class Reason(refusals.Reason):
    """Why nothing is asked or answered."""

    NONE_CHOSEN = "none-chosen", refusals.Kind.MISTAKE
    NONE_USED = "none-used", refusals.Kind.MISTAKE
    NO_LISTING = "no-listing", refusals.Kind.MISTAKE
    NO_SUCH = "no-such", refusals.Kind.MISTAKE
    MOVED_ON = "moved-on", refusals.Kind.MOVED_ON


@dataclass(frozen=True)
class Block:
    """When and by whom API traffic was blocked, and what of one listing waits since."""

    at: datetime
    actor: str
    open: ResourceSet


def blocks_of(waiting: ResourceSet, taken: Iterable[Block]) -> list[Block]:
    """Return the blocks that some resources wait since, oldest first.

    ``taken`` are those of one listing, newest first, each with all that it took away; a resource
    belongs to the last block that took it.
    """
    found, rest = [], waiting
    for block in taken:
        if mine := block.open & rest:
            found.append(replace(block, open=mine))
            rest -= mine
    return found[::-1]


NINETY = timedelta(days=90)
"""What no call used for so long before its block was not used."""


class Used(NamedTuple):
    """How often a resource was used before it was blocked, and on which day last."""

    calls: int
    last: date


class Known(StrEnum):
    """How much is known of what was used in the ninety days before a block."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"


def known(counted_since: date | None, *, first: date, last: date) -> Known:
    """Tell it of a listing that was blocked between two days, once or several times.

    Part of it, unless calls were counted all the ninety days before its first block.
    """
    if counted_since is None or counted_since > last:
        return Known.NOTHING
    return Known.ALL if counted_since <= first - NINETY else Known.PART


@dataclass(frozen=True)
class Linked:
    """What became of the identifiers that belong to a listing since its block: ``count`` of them.

    ``working`` is how many work now, ``lapsed`` how many do not although nobody changed them: they
    ended, or their owners lost what they need.
    """

    changes: Counter[Happening]
    count: int
    working: int
    lapsed: int

    @classmethod
    def of(cls, identifiers: Collection[Identifier], since: datetime) -> Linked:
        """Add up what became of some since a moment."""
        happened = (one.happened(since) for one in identifiers)
        return cls(
            changes=Counter(chain.from_iterable(happened)),
            count=len(identifiers),
            working=sum(one.works for one in identifiers),
            lapsed=sum(one.lapsed(since) for one in identifiers),
        )


class Answer(StrEnum):
    """What can be done with what waits."""

    REOPEN = "reopen"
    LEAVE = "leave"


class Happening(StrEnum):
    """What can have happened to an identifier since API traffic was blocked."""

    CREATED = "created"
    REPLACED = "replaced"
    DEACTIVATED = "deactivated"
    PAUSED = "paused"
    STOPPED = "stopped"


OUT = {Happening.DEACTIVATED, Happening.PAUSED, Happening.STOPPED}
"""What somebody does to an identifier that shall not work."""


@dataclass(frozen=True)
class Identifier:
    """An identifier: what happened to it when, whether it works now, and when it or its owner ends.

    A ``successor`` is told of as its predecessor's replacement, not as a new one.
    """

    times: Mapping[Happening, datetime | None]
    successor: bool
    works: bool = True
    ends: tuple[datetime | None, ...] = ()

    def happened(self, since: datetime) -> set[Happening]:
        """Return what happened to it after a moment."""
        found = {what for what, at in self.times.items() if at is not None and at > since}
        return found - {Happening.CREATED} if self.successor else found

    def lapsed(self, since: datetime) -> bool:
        """Tell whether it stopped working by itself, but for one that had ended before a moment."""
        put_out = any(self.times.get(what) for what in OUT)
        ended = any(end is not None and end <= since for end in self.ends)
        return not (self.works or put_out or ended)
