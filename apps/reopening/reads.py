"""What waits for review in a company, since when, what of it was used, and its identifiers since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateField, F, Max, Q, Subquery, Sum, Value, When
from django.utils.timezone import localdate

from apps.audit.models import AuditEvent, name_in
from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.identifiers.models import ApiIdentifier
from apps.reopening.rules import (
    NINETY,
    Block,
    Happening,
    Identifier,
    Known,
    Linked,
    Reason,
    Used,
    blocks_of,
    known,
)
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import NOTHING, Board, ResourceSet, Standing, Target
from apps.rights.rules import CLOSE, GENERAL
from apps.usage.models import Usage

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
    """What of one listing's rights was blocked with all API traffic and can be allowed again.

    ``counted_since`` is the first day of which calls of the company were counted, if there is one.
    """

    standing: Standing
    blocks: list[Block]
    counted_since: date | None

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

    @property
    def known(self) -> Known:
        """How much is known of what was used before."""
        days = [localdate(block.at) for block in self.blocks]
        return known(self.counted_since, first=days[0], last=days[-1])


def reviews(access: CompanyAccess, board: Board) -> list[Review]:
    """Return what waits in a company: for the general rights, then for integrations by name."""
    taken, since = _blocks(access) if board.waiting else ({}, None)
    return [Review(one, blocks_of(one.offered, taken[one.subject]), since) for one in board.waiting]


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


def linked(access: CompanyAccess, shown: Sequence[Review]) -> dict[Subject, Linked]:
    """Return what became of the identifiers of each listing since the first of it was blocked.

    An identifier belongs to the integration that it names; those that name none, or one that
    the general rights apply to, belong to these.
    """
    since = {review.standing.subject: review.since for review in shown}
    found: dict[Subject, list[Identifier]] = {subject: [] for subject in since}
    for row in _identifiers(access, since):
        subject = row["integration_id"] if row["is_listed"] else None
        if subject in since:
            found[subject].append(
                Identifier(
                    times={what: row[name] for what, name in TIMES.items()},
                    successor=row["replaces__pk"] is not None,
                    works=row["works"],
                    ends=(row["valid_until"], row["member_until"]),
                )
            )
    return {subject: Linked.of(found[subject], at) for subject, at in since.items()}


def _identifiers(access: CompanyAccess, since: Mapping[Subject, datetime]) -> list[dict[str, Any]]:
    """Return those of the integrations that wait, and of the others those that changed."""
    if not since:
        return []
    wanted = Q(integration__in=[subject for subject in since if subject])
    for name in TIMES.values():
        wanted |= Q((f"{name}__gt", min(since.values())))
    found = ApiIdentifier.objects.of_members(access).filter(wanted).with_works()
    ends = ("valid_until", "member_until", "works")
    return list(found.values("integration_id", "is_listed", "replaces__pk", *ends, *TIMES.values()))


def used(
    access: CompanyAccess, catalogue: Catalogue, board: Board, shown: Sequence[Review]
) -> Mapping[Subject, Mapping[int, Used]]:
    """Return what of each that waits was used in the ninety days before its block, by position.

    Nobody can use what is blocked: whoever reopens after months wants to know what worked before,
    so each resource is looked at in the days before the block that it waits since. For the general
    access rights counts what integrations used that have no rights of their own.
    """
    found: defaultdict[Subject, dict[int, Used]] = defaultdict(dict)
    opened: defaultdict[tuple[Subject, date], ResourceSet] = defaultdict(ResourceSet)
    for review in shown:
        for block in review.blocks:
            opened[review.standing.subject, localdate(block.at)] |= block.open
    for day, subject, code, calls, last in _passed_before(access, board, opened):
        resource = catalogue.by_code.get(code)
        if resource and resource.position in opened.get((subject, day), NOTHING):
            found[subject][resource.position] = Used(calls, localdate(last))
    return found


def _passed_before(
    access: CompanyAccess, board: Board, opened: Iterable[tuple[Subject, date]]
) -> Iterable[Any]:
    """Count what passed in the ninety days before some days, in one statement."""
    listed = [one.pk for one in board.integrations]
    passed = (
        Usage.objects.filter(company=access.company.pk, verdict="")
        .order_by()
        .annotate(subject=Case(When(integration__in=listed, then=F("integration"))))
    )
    parts = [
        passed.filter(day__range=(day - NINETY, day))
        .annotate(before=Value(day, DateField()))
        .values_list("before", "subject", "resource")
        .annotate(calls=Sum("count"), last=Max("last_at"))
        for day in sorted({day for _subject, day in opened})
    ]
    return parts[0].union(*parts[1:], all=True) if parts else ()


def _blocks(access: CompanyAccess) -> tuple[Mapping[Subject, list[Block]], date | None]:
    """Read what blocks of API traffic took away from each listing, newest first.

    With it comes the first day of which calls were counted.
    """
    first = Usage.objects.filter(company=access.company.pk).order_by("day").values("day")[:1]
    closes = AuditEvent.objects.of_company(access.company.pk).filter(verb=CLOSE).order_by("-pk")
    rows = list(
        closes.annotate(since=Subquery(first)).values_list(
            "subject_id", "at", "actor", "removed", "since"
        )
    )
    taken: defaultdict[Subject, list[Block]] = defaultdict(list)
    for subject, at, actor, removed, _since in rows:
        taken[subject].append(Block(at, name_in(actor), ResourceSet.from_column(removed)))
    return taken, rows[0][-1] if rows else None
