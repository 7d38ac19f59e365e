"""What a bulk change does in one company: pure decisions, no database.

Source: docs/decisions/009.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from apps.core.refusals import Kind, Reason
from apps.resources.rules import NOTHING, ResourceSet

if TYPE_CHECKING:
    from apps.bulk.models import BulkChange
    from apps.companies.access import CompanyAccess
    from apps.resources.models import Integration
    from apps.resources.rules import Board, Standing, Stored


class Action(StrEnum):
    """What is wanted of the chosen resources, in every chosen company."""

    ALLOW = "allow"
    BLOCK = "block"
    EXACT = "exact"
    KEEP = "keep"
    PUT_BACK = "put_back"


VERBS = {
    Action.ALLOW: "rights:allow",
    Action.BLOCK: "rights:block",
    Action.EXACT: "rights:set",
    Action.KEEP: "rights:block",
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


class NoDraft(Reason):
    """Why no bulk change is drafted."""

    STALE = "stale", Kind.MISTAKE
    NO_COMPANIES = "no_companies", Kind.MISTAKE
    NOTHING_DONE = "nothing_done", Kind.MISTAKE


class Stage(StrEnum):
    """Where a bulk change stands as a whole."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


def seconds_left(*, waiting: int, settled: int, seconds: float) -> float | None:
    """Return how long the rest takes at the pace so far; nothing before there is a pace."""
    return waiting * seconds / settled if settled > 0 and seconds > 0 else None


@dataclass(frozen=True)
class Picked:
    """Which of the companies found are meant: those ticked, or all ``matching`` but unticked ones.

    ``also`` are meant whether they are found or not.
    """

    matching: bool
    ticked: frozenset[str]
    unticked: frozenset[str]
    also: frozenset[str] = frozenset()

    @property
    def nobody(self) -> bool:
        """Whether no company is meant, whatever is found."""
        return not (self.matching or self.ticked or self.also)


@dataclass(frozen=True)
class Past:
    """What an earlier bulk change did to one listing, and whether that is its latest change.

    ``answered`` is what of it waited for review.
    """

    added: ResourceSet
    removed: ResourceSet
    latest: bool
    answered: ResourceSet = NOTHING


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
        case Action.KEEP:
            return allowed & within
    raise ValueError("putting back needs the past")


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


@dataclass(frozen=True)
class Delta:
    """How one integration's rights change; without integration, the general access rights.

    ``allowed`` is what will be allowed, ``general`` what the general access rights allow;
    ``past`` is the change that is put back, if one is.
    """

    standing: Standing
    allowed: ResourceSet
    general: ResourceSet
    past: Past | None = None

    @property
    def stored(self) -> Stored:
        """What the listing keeps afterwards."""
        if self.past:
            return self.standing.putting_back(self.allowed, self.past.answered)
        return self.standing.bringing(self.allowed)

    @property
    def integration(self) -> Integration | None:
        """Whose rights they are."""
        return self.standing.integration

    @property
    def added(self) -> ResourceSet:
        """What comes into force."""
        return (self.allowed - self.standing.allowed) & self.standing.usable

    @property
    def removed(self) -> ResourceSet:
        """What is in force now and will be no more."""
        return self.standing.in_force - self.allowed

    @property
    def lists(self) -> bool:
        """Whether it is listed by this change."""
        return self.integration is not None and not self.standing.listed

    @property
    def loses(self) -> ResourceSet:
        """What it has by the general access rights and will not have once it is listed."""
        return self.general & self.standing.usable - self.allowed if self.lists else NOTHING

    @property
    def kept_from(self) -> ResourceSet:
        """What the general access rights would give it, were it not listed with nothing allowed."""
        if self.integration is None or self.allowed:
            return NOTHING
        return self.general & self.standing.usable

    @property
    def key(self) -> tuple[int | None, ResourceSet, ResourceSet, bool]:
        """What it has in common with those of other companies, by which they are grouped."""
        return (self.standing.subject, self.added, self.removed, self.lists)


@dataclass(frozen=True)
class Outcome:
    """What happens in one company: some deltas, nothing because it is so already, or a refusal."""

    deltas: tuple[Delta, ...] = ()
    refusal: Refusal | None = None

    @property
    def state(self) -> State:
        """What becomes of the company."""
        if self.refusal:
            return State.REFUSED
        return State.DONE if self.deltas else State.UNCHANGED

    @property
    def key(self) -> object:
        """What companies have in common for which it is the same."""
        return (self.refusal, *(delta.key for delta in self.deltas))


def outcome(
    change: BulkChange,
    access: CompanyAccess | None,
    board: Board,
    past: Mapping[int | None, Past],
) -> Outcome:
    """Decide one company, for the person as they may act there now; preview and run ask this.

    ``past`` is what the change that is put back did there, by integration.
    """
    if access is None or not (access.serves and access.may_edit_rights):
        return Outcome(refusal=Refusal.NO_RIGHT)
    if not _knows(change, board):
        return Outcome(refusal=Refusal.NOT_KNOWN)
    deltas = []
    for standing in _standings(change, board, past):
        allowed = _allowed(change, standing, past)
        if allowed is None:
            return Outcome(refusal=Refusal.MOVED_ON)
        delta = Delta(standing, allowed, board.general.in_force, past.get(standing.subject))
        if allowed != standing.allowed or delta.lists:
            deltas.append(delta)
    return Outcome(tuple(deltas))


def _knows(change: BulkChange, board: Board) -> bool:
    integration = change.integration
    return integration is None or may_be_carried(
        listed=board.of(integration).listed,
        retired=integration.retired,
        custom=integration.is_custom,
        found_by_key=change.found_by_key,
    )


def _standings(
    change: BulkChange, board: Board, past: Mapping[int | None, Past]
) -> Iterator[Standing]:
    for standing in board.all:
        if change.action == Action.PUT_BACK:
            is_meant = standing.subject in past
        else:
            is_meant = change.everywhere or standing.integration == change.integration
        if is_meant:
            yield standing
    lists = change.action != Action.KEEP
    if lists and change.integration and not board.of(change.integration).listed:
        yield board.of(change.integration)


def _allowed(
    change: BulkChange, standing: Standing, past: Mapping[int | None, Past]
) -> ResourceSet | None:
    allowed, usable = standing.allowed, standing.usable
    if change.action == Action.PUT_BACK:
        return former(past[standing.subject], allowed=allowed, usable=usable)
    return wanted(Action(change.action), allowed=allowed, within=change.resources, usable=usable)
