"""What is answered of what waits for review, and what happened to the identifiers meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.identifiers.models import ApiIdentifier
from apps.reopening.rules import Happening, Reason, happened
from apps.resources import reads as resources
from apps.resources.rules import Board, ResourceSet, Target
from apps.rights.reads import Review, Subject, reviews

TIMES = {
    Happening.CREATED: "created_at",
    Happening.REPLACED: "replaced_by__created_at",
    Happening.DEACTIVATED: "deactivated_at",
    Happening.PAUSED: "paused_at",
    Happening.STOPPED: "stopped_at",
}
"""Where the time of each thing that can happen to an identifier stands."""


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
