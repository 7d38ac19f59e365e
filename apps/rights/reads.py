"""Every question of the rights page: the rights of the company, and what decided them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess
from apps.core.days import told
from apps.resources import reads
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.models import IntegrationQuerySet as Integrations
from apps.resources.rules import Board, ResourceSet, Review
from apps.rights.rules import CLOSE, LEAVE
from apps.usage.models import Usage
from apps.usage.rules import UNUSED

OPENED = """
SELECT l.id, l.integration_id, l.allowed, l.waiting, l.left_blocked,
    l.reviewed_at, l.reviewed_by, l.reviewed, l.lately, l.last_allowed_on, v.version AS version, (
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
) AS working, used.used_at, (
    SELECT {collect}(use.resource || ' ' || {seconds}, ',') FROM (
        SELECT u.resource, max(u.last_at) AS last_at FROM usage_usage u
        JOIN resources_integration i ON i.id = u.integration AND i.public_id = %(shown)s
        WHERE u.company = %(company)s AND u.day >= %(since)s AND u.verdict = '' GROUP BY u.resource
    ) use
) AS uses, EXISTS (
    SELECT 1 FROM usage_habit h WHERE h.company = %(company)s AND h.since <= %(since)s
) AS counted
FROM companies_company c
LEFT JOIN resources_listing l ON l.company_id = c.id
LEFT JOIN (
    SELECT u.integration, max(u.last_at) AS used_at FROM usage_usage u
    WHERE u.company = %(company)s AND u.day >= %(since)s AND u.verdict = '' GROUP BY u.integration
) used ON used.integration = l.integration_id
LEFT JOIN resources_catalogueversion v ON v.id = 1
WHERE c.id = %(company)s
"""
"""What ``resources.board``, the catalogue's version and ``identifiers.reads.working_identifiers``
read, in one statement: nearly every page of the rights begins with it. And when each integration
was used last, and each resource of the one that is shown."""
TOLD_BY = {
    "postgresql": {
        "collect": "string_agg",
        "seconds": "floor(extract(epoch FROM use.last_at))::bigint::text",
    },
    "sqlite": {"collect": "group_concat", "seconds": "strftime('%%s', use.last_at)"},
}
"""How the databases write a moment, and join texts."""


@dataclass(frozen=True)
class Opened:
    """The rights of a company, and how many API identifiers work there.

    ``used`` is when each listed integration was used last, ``uses`` when each resource of the
    integration that is shown, by its position: both within ninety days. ``reviews`` has the last
    review of each that was reviewed. ``counted`` says whether there is usage of ninety days.
    """

    catalogue: Catalogue
    board: Board
    working: int
    used: Mapping[int, datetime] = field(default_factory=dict)
    uses: Mapping[int, datetime] = field(default_factory=dict)
    reviews: Mapping[int, Review] = field(default_factory=dict)
    counted: bool = False

    def unused(self, integration: Integration | None) -> ResourceSet | None:
        """Return what no call of the listed integration that is shown used, new rights left out.

        None while nobody knows.
        """
        standing = self.board.of(integration)
        if integration is None or not (standing.listed and self.counted):
            return None
        return standing.in_force - ResourceSet(self.uses) - standing.new(timezone.localdate())


def opened(access: CompanyAccess, public_id: str | None = None) -> Opened:
    """Read what opening the rights shows, in one statement (docs/decisions/011).

    Of the integration with a public id, it tells when each resource was used last.
    """
    now = timezone.now()
    statement = OPENED.format(**TOLD_BY[connection.vendor])
    asked = {
        "company": access.company.pk,
        "now": now,
        "shown": public_id or "",
        "since": connection.ops.adapt_datefield_value(timezone.localdate(now - UNUSED)),
    }
    rows: Any = list(Listing.objects.raw(statement, asked))
    version = rows[0].version
    catalogue = reads.catalogue_of(UUID(str(version)) if version else None)
    stored = {row.integration_id: row.stored for row in rows if row.pk}
    used = {row.integration_id: told(row.used_at) for row in rows if row.used_at}
    board = reads.board_of(catalogue, stored)
    uses = _uses(catalogue, rows[0].uses)
    reviews = {row.integration_id: row.review for row in rows if row.pk and row.review}
    one = rows[0]
    return Opened(catalogue, board, one.working, used, uses, reviews, bool(one.counted))


def _uses(catalogue: Catalogue, told: str | None) -> dict[int, datetime]:
    pairs = [pair.split(" ") for pair in (told or "").split(",") if pair]
    return {
        catalogue.by_code[code].position: datetime.fromtimestamp(int(seconds), UTC)
        for code, seconds in pairs
        if code in catalogue.by_code
    }


def used(access: CompanyAccess, board: Board) -> dict[int, datetime]:
    """Tell when each listed integration was used last, for a list that is shown anew."""
    since = timezone.localdate(timezone.now() - UNUSED)
    found = Usage.objects.filter(company=access.company.pk, day__gte=since, verdict="")
    mine = found.filter(integration__in=[one.subject for one in board.listed]).order_by()
    return dict(mine.values_list("integration").annotate(Max("last_at")))


def closed_by(access: CompanyAccess, board: Board) -> AuditEvent | None:
    """Return what blocked all API traffic, if it was blocked at once and nothing was opened since."""
    if board.traffic_is_open or not board.stored:
        return None
    events = AuditEvent.objects.of_company(access.company.pk).of_rights().exclude(verb=LEAVE)
    last = events.order_by("-pk").first()
    return last if last and last.verb == CLOSE else None


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
    """Return the finished integrations whose name contains a text, or every one.

    None without a text, unless every one is asked for.
    """
    if not name and not every:
        return []
    found: Integrations = reads.visible(access).named(name)
    return sorted(found, key=attrgetter("place"))
