"""What waits for review in a company: read from the audit events, in one statement for all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from apps.audit.models import AuditEvent, name_in
from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.identifiers.models import ApiIdentifier
from apps.reopening.rules import (
    Block,
    Event,
    Happening,
    Reason,
    happened,
    still_open,
    together,
    within,
)
from apps.resources import reads as resources
from apps.resources.models import Integration
from apps.resources.rules import Board, ResourceSet, Standing, Target
from apps.rights.rules import CLOSE, LEAVE, UNDO

Subject = int | None
"""The number of a listing's integration; none for the general access rights."""
GENERAL = "general"
TIMES = {
    Happening.CREATED: "created_at",
    Happening.REPLACED: "replaced_by__created_at",
    Happening.DEACTIVATED: "deactivated_at",
    Happening.PAUSED: "paused_at",
    Happening.STOPPED: "stopped_at",
}
"""Where the time of each thing that can happen to an identifier stands."""
BLOCKING = {CLOSE: "closed", LEAVE: "left", UNDO: "undone"}
"""What it means for the wait that resources are blocked; by another change, nothing."""


@dataclass(frozen=True)
class Review:
    """What of one listing's rights was blocked with all API traffic and can be allowed again."""

    standing: Standing
    blocks: list[Block]

    @cached_property
    def items(self) -> ResourceSet:
        """Everything that waits for an answer."""
        return together(self.blocks)

    @property
    def integration(self) -> Integration | None:
        """Whose rights they are; none for the general access rights."""
        return self.standing.integration

    @property
    def public_id(self) -> str:
        """What names them in forms; nothing for the general access rights."""
        return self.integration.public_id if self.integration else ""

    @property
    def key(self) -> str:
        """What names them on pages."""
        return self.public_id or GENERAL

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands: the general access rights first, then by name."""
        return self.integration.place if self.integration else ("", 0)

    @property
    def since(self) -> datetime:
        """When the first of it was blocked."""
        return self.blocks[0].at


def reviews(access: CompanyAccess, board: Board) -> list[Review]:
    """Return what waits in a company: for the general rights, then for integrations by name.

    Only what can be allowed and is not in force is offered; the rest keeps waiting unseen.
    """
    told = _events(access)
    found = [Review(one, _offered(one, told)) for one in board.all]
    return [review for review in found if review.blocks]


def waiting(access: CompanyAccess, board: Board, target: Target, asked: ResourceSet) -> Review:
    """Return what waits where some resources are answered.

    Raises Integration.DoesNotExist for an integration that the person may not know of, and
    Refused unless every one of the resources waits.
    """
    integration = resources.target(access, board, target)
    for review in reviews(access, board):
        if review.integration == integration and not asked - review.items:
            return review
    raise Refused(Reason.MOVED_ON)


def changes_of_identifiers(
    access: CompanyAccess, shown: Sequence[Review]
) -> dict[Subject, Counter[Happening]]:
    """Count what happened to the identifiers of each listing since the first of it was blocked.

    An identifier belongs to the integration that it names; those that name none, or one that
    the general rights apply to, belong to these.
    """
    since = {review.standing.subject: review.since for review in shown}
    counts: dict[Subject, Counter[Happening]] = {subject: Counter() for subject in since}
    for row in _changed_identifiers(access, since):
        subject = row["integration_id"] if row["is_listed"] else None
        if subject in since:
            times = {what: row[name] for what, name in TIMES.items()}
            successor = row["replaces__pk"] is not None
            counts[subject].update(happened(times, successor=successor, since=since[subject]))
    return counts


def _changed_identifiers(
    access: CompanyAccess, since: Mapping[Subject, datetime]
) -> list[dict[str, Any]]:
    if not since:
        return []
    recently = Q()
    for name in TIMES.values():
        recently |= Q((f"{name}__gt", min(since.values())))
    found = ApiIdentifier.objects.of_members(access).filter(recently)
    return list(found.values("integration_id", "is_listed", "replaces__pk", *TIMES.values()))


def _offered(standing: Standing, told: Mapping[Subject, list[Event]]) -> list[Block]:
    return within(still_open(told[standing.subject]), standing.usable - standing.allowed)


def _events(access: CompanyAccess) -> Mapping[Subject, list[Event]]:
    """Read the events of all listings since API traffic was first blocked, in their order."""
    mine = AuditEvent.objects.of_company(access.company.pk).of_rights()
    first = mine.filter(verb=CLOSE).order_by("pk").values("pk")[:1]
    columns = ("subject_id", "at", "actor", "verb", "added", "removed")
    told: defaultdict[Subject, list[Event]] = defaultdict(list)
    for subject, *facts in mine.filter(pk__gte=first).order_by("pk").values_list(*columns):
        told[subject].append(_event(*facts))
    return told


def _event(at: datetime, actor: str, verb: str, added: Any, removed: Any) -> Event:
    blocked = {BLOCKING[verb]: ResourceSet.from_column(removed)} if verb in BLOCKING else {}
    return Event(at, name_in(actor), settled=ResourceSet.from_column(added), **blocked)
