"""What waits for review in a company, since when, and what happened to its identifiers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.audit.models import AuditEvent, name_in
from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.identifiers.models import ApiIdentifier
from apps.reopening.rules import Block, Happening, Reason, blocks_of, happened
from apps.resources import reads as resources
from apps.resources.models import Integration
from apps.resources.rules import Board, ResourceSet, Standing, Target
from apps.rights.rules import CLOSE, GENERAL

Subject = int | None
"""The number of a listing's integration; none for the general access rights."""
Wanted = tuple[Target, ResourceSet]
"""Whose rights are answered, and which of what waits."""
Answered = Mapping[Standing, ResourceSet]
"""The same once it was found."""
TIMES = {
    Happening.CREATED: "created_at",
    Happening.REPLACED: "replaced_by__created_at",
    Happening.DEACTIVATED: "deactivated_at",
    Happening.PAUSED: "paused_at",
    Happening.STOPPED: "stopped_at",
}
"""Where the time of each thing that can happen to an identifier stands."""


@dataclass(frozen=True)
class Review:
    """What of one listing's rights was blocked with all API traffic and can be allowed again."""

    standing: Standing
    blocks: list[Block]

    @property
    def items(self) -> ResourceSet:
        """Everything that waits for an answer."""
        return self.standing.offered

    @property
    def integration(self) -> Integration | None:
        """Whose rights they are; none for the general access rights."""
        return self.standing.integration

    @property
    def public_id(self) -> str:
        """What names them in forms; nothing for the general access rights."""
        return self.standing.public_id or ""

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
    """Return what waits in a company: for the general rights, then for integrations by name."""
    taken = _blocks(access) if board.waiting else {}
    return [Review(one, blocks_of(one.offered, taken[one.subject])) for one in board.waiting]


def waiting(access: CompanyAccess, board: Board, target: Target, asked: ResourceSet) -> Standing:
    """Return the rights of which some resources are answered.

    Raises Integration.DoesNotExist for an integration that the person may not know of, and
    Refused unless every one of the resources waits.
    """
    standing = board.of(resources.target(access, board, target))
    if not asked or asked - standing.offered:
        raise Refused(Reason.MOVED_ON)
    return standing


def several(access: CompanyAccess, board: Board, wanted: Iterable[Wanted]) -> Answered:
    """Return the rights of which some resources are answered together. Raises as ``waiting``."""
    return {waiting(access, board, target, asked): asked for target, asked in wanted}


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


def _blocks(access: CompanyAccess) -> Mapping[Subject, list[Block]]:
    """Read what blocks of API traffic took away from each listing, newest first."""
    closes = AuditEvent.objects.of_company(access.company.pk).filter(verb=CLOSE).order_by("-pk")
    taken: defaultdict[Subject, list[Block]] = defaultdict(list)
    for subject, at, actor, removed in closes.values_list("subject_id", "at", "actor", "removed"):
        taken[subject].append(Block(at, name_in(actor), ResourceSet.from_column(removed)))
    return taken
