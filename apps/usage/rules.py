"""What calls are usual, when they are missed, and which rights no call used: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from apps.resources.rules import LATELY, NOTHING, Board, ResourceSet, Standing

UNUSED = LATELY
"""A right that no call used for so long may be taken back."""
PATTERN, PER_DAY = 14, 5
"""What is usual: on so many days at least, so many calls on average."""
LONG = timedelta(days=7)
"""After so many whole days without calls an office is told, who looks after many companies."""
SATURDAY = 5


def usual(*, calls: int, days: int) -> int | None:
    """Return how many calls a day are usual on days with calls; none without a pattern."""
    if days < PATTERN or calls < PER_DAY * days:
        return None
    return round(calls / days)


def is_silent(last: date, today: date) -> bool:
    """Tell whether calls are missed: a whole working day went by since, and the next has begun."""
    missed = (last + timedelta(days=number) for number in range(1, (today - last).days))
    return any(day.weekday() < SATURDAY for day in missed)


def is_long_silent(last: date, today: date) -> bool:
    """Tell whether they are missed for so long that an office is told."""
    return last < today - LONG


def log_is_long_enough(since: date | None, today: date) -> bool:
    """Tell whether the log reaches back far enough to say what was not used."""
    return since is not None and today - since >= UNUSED


def unused(
    board: Board, used: Mapping[int, ResourceSet], today: date
) -> dict[Standing, ResourceSet]:
    """Return the rights in force that no call used, of each that has some; new ones are left out.

    ``used`` is by integration; what one without rights of its own used counts for the general ones.
    """
    of: dict[int | None, ResourceSet] = {}
    for pk, resources in used.items():
        whose = pk if pk in board.stored else None
        of[whose] = of.get(whose, NOTHING) | resources
    left = (
        (one, one.in_force - of.get(one.subject, NOTHING) - one.new(today)) for one in board.all
    )
    return {one: resources for one, resources in left if resources}
