"""What a bulk change does in one company: pure decisions, no database.

Source: docs/decisions/009.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from apps.resources.rules import ResourceSet


class Action(StrEnum):
    """What is wanted of the chosen resources, in every chosen company."""

    ALLOW = "allow"
    BLOCK = "block"
    EXACT = "exact"
    PUT_BACK = "put_back"


VERBS = {
    Action.ALLOW: "rights:allow",
    Action.BLOCK: "rights:block",
    Action.EXACT: "rights:set",
    Action.PUT_BACK: "rights:undo",
}
"""The audit verb of each action."""


class Chosen(StrEnum):
    """How the resources were chosen."""

    ALL = "all"
    NEEDED = "needed"
    SECTION = "section"
    SINGLE = "single"
    LIKE = "like"


class State(StrEnum):
    """Where one company stands in a bulk change; refused ones can be tried again.

    ``LEFT_OUT`` are those that the person unticked: they never run.
    """

    WAITING = "waiting"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


class Refusal(StrEnum):
    """Why a company is not changed."""

    NO_RIGHT = "no_right"
    NOT_KNOWN = "not_known"
    MOVED_ON = "moved_on"
    FAILED = "failed"


HOPELESS = frozenset({Refusal.MOVED_ON})
"""Refusals that trying again cannot change."""


class Stage(StrEnum):
    """Where a bulk change stands as a whole."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True)
class Past:
    """What an earlier bulk change did to one listing, and whether that is its latest change."""

    added: ResourceSet
    removed: ResourceSet
    latest: bool


def wanted(
    action: Action, *, allowed: ResourceSet, within: ResourceSet, usable: ResourceSet
) -> ResourceSet:
    """Return the set of allowed resources after an action about ``within``.

    Nothing unusable is ever allowed. Raises ValueError for ``PUT_BACK``, which is about what was.
    """
    match action:
        case Action.ALLOW:
            return allowed | within & usable
        case Action.BLOCK:
            return allowed - within
        case Action.EXACT:
            return within & usable
        case Action.PUT_BACK:
            raise ValueError("putting back needs the past")
    assert_never(action)


def may_be_carried(*, listed: bool, retired: bool, custom: bool, found_by_key: bool) -> bool:
    """Tell whether a bulk change may bring an integration to a company.

    Where it is ``listed`` it is known. Elsewhere a retired one is not offered any more, and a
    custom one is nobody's business but theirs who have its key.
    """
    return listed or (not retired and (found_by_key or not custom))


def former(past: Past, *, allowed: ResourceSet, usable: ResourceSet) -> ResourceSet | None:
    """Return the set as it was before the past change; nothing when that cannot be had exactly.

    That is so when the rights were changed since, and when something that was allowed then is
    not available any more.
    """
    if not past.latest or past.removed - usable:
        return None
    return allowed - past.added | past.removed
