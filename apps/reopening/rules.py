"""What of the blocks of API traffic still waits for an answer: pure decisions, no database.

What was blocked waits until it is reopened or left blocked, and a second block keeps what waits:
an emergency stop that is restored blindly would reopen the hole that it closed. Taking back a
change that answered something lets it wait again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from apps.core import refusals
from apps.resources.rules import NOTHING, ResourceSet


class Reason(refusals.Reason):
    """Why nothing is asked or answered."""

    NONE_CHOSEN = "none-chosen", refusals.Kind.MISTAKE
    NO_SUCH = "no-such", refusals.Kind.MISTAKE
    MOVED_ON = "moved-on", refusals.Kind.MOVED_ON


@dataclass(frozen=True)
class Event:
    """One event of one listing's rights.

    ``closed`` is what a block of API traffic took away, ``settled`` what was allowed again by
    whatever means, ``left`` what was left blocked on purpose, ``undone`` what was blocked by
    taking back the last change; that one is never a ``left``.
    """

    at: datetime
    actor: str
    closed: ResourceSet = NOTHING
    settled: ResourceSet = NOTHING
    left: ResourceSet = NOTHING
    undone: ResourceSet = NOTHING


@dataclass(frozen=True)
class Block:
    """When and by whom API traffic was blocked, and what of it is still open for one listing."""

    at: datetime
    actor: str
    open: ResourceSet


def still_open(events: Iterable[Event]) -> list[Block]:
    """Return the blocks that still matter after a listing's events, both from oldest to newest.

    A resource belongs to the last block that took it away.
    """
    told = list(events)
    taken: dict[int, int] = {}
    answered: dict[int, int] = {}
    for number, event in enumerate(told):
        _pop(taken, event.left)
        if event.left:
            continue
        again = {at: block for at, block in answered.items() if at in event.undone}
        answered = _pop(taken, event.settled)
        taken |= again | dict.fromkeys(event.closed, number)
    return [
        Block(
            told[block].at, told[block].actor, ResourceSet(at for at in taken if taken[at] == block)
        )
        for block in sorted(set(taken.values()))
    ]


def _pop(taken: dict[int, int], resources: ResourceSet) -> dict[int, int]:
    """Take some resources out, and return those that were there with their blocks."""
    return {at: taken.pop(at) for at in resources if at in taken}


def within(blocks: Iterable[Block], resources: ResourceSet) -> list[Block]:
    """Return the blocks with no more than some resources, those left with nothing dropped."""
    cut = [replace(block, open=block.open & resources) for block in blocks]
    return [block for block in cut if block.open]


def together(blocks: Iterable[Block]) -> ResourceSet:
    """Return everything that some blocks still hold."""
    found = NOTHING
    for block in blocks:
        found |= block.open
    return found


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


def happened(
    times: Mapping[Happening, datetime | None], *, successor: bool, since: datetime
) -> set[Happening]:
    """Return what happened to an identifier after a moment.

    A ``successor`` is told of as its predecessor's replacement, not as a new one.
    """
    found = {what for what, at in times.items() if at is not None and at > since}
    return found - {Happening.CREATED} if successor else found
