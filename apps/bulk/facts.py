"""What a bulk change comes to in one company; preview and run ask the same function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.bulk import rules
from apps.bulk.models import BulkChange
from apps.bulk.rules import Action, Past, Refusal
from apps.companies.access import CompanyAccess
from apps.resources.board import Board, Standing
from apps.resources.models import Integration
from apps.resources.rules import NOTHING, ResourceSet


@dataclass(frozen=True)
class Delta:
    """How one integration's rights change; without integration, the general access rights."""

    standing: Standing
    allowed: ResourceSet
    general: ResourceSet

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
    def key(self) -> tuple[int | None, ResourceSet, ResourceSet, bool]:
        """What companies have in common for which it is the same."""
        one = self.integration
        return (one.pk if one else None, self.added, self.removed, self.lists)


@dataclass(frozen=True)
class Outcome:
    """What happens in one company: some deltas, nothing because it is so already, or a refusal."""

    deltas: tuple[Delta, ...] = ()
    refusal: Refusal | None = None


def outcome(
    change: BulkChange,
    access: CompanyAccess | None,
    board: Board,
    past: Mapping[int | None, Past],
) -> Outcome:
    """Decide one company, for the person as they may act there now.

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
        delta = Delta(standing, allowed, board.general.in_force)
        if allowed != standing.allowed or delta.lists:
            deltas.append(delta)
    return Outcome(tuple(deltas))


def _knows(change: BulkChange, board: Board) -> bool:
    integration = change.integration
    return integration is None or rules.may_be_carried(
        listed=board.of(integration).listed,
        retired=integration.retired,
        custom=integration.is_custom,
        found_by_key=change.found_by_key,
    )


def _standings(
    change: BulkChange, board: Board, past: Mapping[int | None, Past]
) -> Iterator[Standing]:
    for standing in board.all:
        integration = standing.integration
        if change.action == Action.PUT_BACK:
            wanted = (integration.pk if integration else None) in past
        else:
            wanted = change.everywhere or integration == change.integration
        if wanted:
            yield standing
    if change.integration and not board.of(change.integration).listed:
        yield board.of(change.integration)


def _allowed(
    change: BulkChange, standing: Standing, past: Mapping[int | None, Past]
) -> ResourceSet | None:
    allowed, usable = standing.allowed, standing.usable
    if change.action == Action.PUT_BACK:
        before = past[standing.subject]
        return rules.former(before, allowed=allowed, usable=usable)
    return rules.wanted(
        Action(change.action), allowed=allowed, within=change.resources, usable=usable
    )
