"""Every question of the rights page: the rights of the company, and what decided them."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.resources import reads
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.models import IntegrationQuerySet as Integrations
from apps.resources.rules import Board, ResourceSet
from apps.rights.rules import LEAVE

OPENED = """
SELECT l.id, l.integration_id, l.allowed, l.waiting, l.left_blocked, v.version AS version, (
    SELECT count(*) FROM identifiers_apiidentifier i
    JOIN companies_membership m ON m.user_id = i.owner_id AND m.company_id = %(company)s
    JOIN accounts_user u ON u.id = i.owner_id
    WHERE i.purpose <> 'excel' AND i.deactivated_at IS NULL AND i.paused_at IS NULL
    AND (i.valid_until IS NULL OR i.valid_until > %(now)s)
    AND (m.valid_from IS NULL OR m.valid_from <= %(now)s)
    AND (m.valid_until IS NULL OR m.valid_until > %(now)s)
    AND m.opens_anything AND u.is_active AND NOT EXISTS (
        SELECT 1 FROM identifiers_identifierstop s
        WHERE s.identifier_id = i.id AND s.company_id = %(company)s
    )
) AS working
FROM companies_company c
LEFT JOIN resources_listing l ON l.company_id = c.id
LEFT JOIN resources_catalogueversion v ON v.id = 1
WHERE c.id = %(company)s
"""
"""What ``resources.board``, the catalogue's version and ``identifiers.reads.working_identifiers``
read, in one statement: nearly every page of the rights begins with it."""
MATCHES = 8
"""How many integrations a search by name offers."""


@dataclass(frozen=True)
class Opened:
    """The rights of a company, and how many API identifiers work there."""

    catalogue: Catalogue
    board: Board
    working: int


def opened(access: CompanyAccess) -> Opened:
    """Read what opening the rights shows, in one statement (docs/decisions/011)."""
    asked = {"company": access.company.pk, "now": timezone.now()}
    rows: Any = list(Listing.objects.raw(OPENED, asked))
    version = rows[0].version
    catalogue = reads.catalogue_of(UUID(str(version)) if version else None)
    stored = {row.integration_id: row.stored for row in rows if row.pk}
    return Opened(catalogue, reads.board_of(catalogue, stored), rows[0].working)


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
