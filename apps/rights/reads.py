"""Every question of the rights page: the rights of the company, what decided them, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import cached_property

from apps.audit.models import AuditEvent, name_in
from apps.companies.access import CompanyAccess
from apps.resources import reads
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.models import IntegrationQuerySet as Integrations
from apps.resources.rules import Board, ResourceSet, Standing
from apps.rights.rules import (
    CLOSE,
    GENERAL,
    LEAVE,
    UNDO,
    Block,
    Event,
    still_open,
    together,
    within,
)

OPENED = """
SELECT l.id, l.integration_id, l.allowed, v.version AS version, (
    SELECT count(*) FROM identifiers_apiidentifier i
    JOIN companies_membership m ON m.user_id = i.owner_id AND m.company_id = c.id
    JOIN accounts_user u ON u.id = i.owner_id
    WHERE i.purpose <> 'excel' AND i.deactivated_at IS NULL AND i.paused_at IS NULL
    AND (i.valid_until IS NULL OR i.valid_until > %s)
    AND (m.valid_from IS NULL OR m.valid_from <= %s)
    AND (m.valid_until IS NULL OR m.valid_until > %s)
    AND m.opens_anything AND u.is_active AND NOT EXISTS (
        SELECT 1 FROM identifiers_identifierstop s
        WHERE s.identifier_id = i.id AND s.company_id = c.id
    )
) AS working, EXISTS (
    SELECT 1 FROM audit_auditevent e WHERE e.company_id = c.id AND e.verb = 'rights:close'
) AS was_blocked
FROM companies_company c
LEFT JOIN resources_listing l ON l.company_id = c.id
LEFT JOIN resources_catalogueversion v ON v.id = 1
WHERE c.id = %s
"""
"""What ``resources.board``, the catalogue's version and ``identifiers.reads.working_identifiers``
read, in one statement: nearly every page of the rights begins with it."""
MATCHES = 8
"""How many integrations a search by name offers."""
Subject = int | None
"""The number of a listing's integration; none for the general access rights."""
BLOCKING = {CLOSE: "closed", LEAVE: "left", UNDO: "undone"}
"""What it means for the wait that resources are blocked; by another change, nothing."""


@dataclass(frozen=True)
class Opened:
    """The rights of a company, and how many API identifiers work there.

    ``waiting`` is how many resources wait for review since all API traffic was blocked.
    """

    catalogue: Catalogue
    board: Board
    working: int
    waiting: int


def opened(access: CompanyAccess) -> Opened:
    """Read what opening the rights shows, in one statement (docs/decisions/011).

    One more reads what waits for review, where API traffic was ever blocked.
    """
    now = timezone.now()
    rows: Any = list(Listing.objects.raw(OPENED, [now, now, now, access.company.pk]))
    version = rows[0].version
    catalogue = reads.catalogue_of(UUID(str(version)) if version else None)
    allowed = {row.integration_id: row.allowed for row in rows if row.pk}
    board = reads.board_of(catalogue, allowed)
    waiting = reviews(access, board) if rows[0].was_blocked else []
    return Opened(catalogue, board, rows[0].working, sum(len(one.items) for one in waiting))


def decided_by(
    access: CompanyAccess, board: Board, integration: Integration | None, position: int
) -> AuditEvent | None:
    """Return the change that allowed or blocked a resource, by own or general rights.

    Nothing when it was never changed, or before changes were recorded.
    """
    whose = integration if board.of(integration).listed else None
    one = bytes(ResourceSet([position]))
    events = AuditEvent.objects.of_company(access.company.pk).of_rights().exclude(verb=LEAVE)
    allowed = bool(board.verdict(integration, position))
    decided = events.adding(one) if allowed else events.removing(one)
    return decided.filter(subject_id=whose.pk if whose else None).order_by("-pk").first()


def matches(access: CompanyAccess, name: str, *, every: bool) -> list[Integration]:
    """Return the first finished integrations whose name contains a text, or every one.

    None without a text, unless every one is asked for.
    """
    if not name and not every:
        return []
    found: Integrations = reads.visible(access).named(name)
    in_order = sorted(found, key=attrgetter("place"))
    return in_order if every else in_order[:MATCHES]


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
