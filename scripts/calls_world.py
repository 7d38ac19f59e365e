"""A thousand client companies with usage of 400 days, and a log of a hundred, by few statements.

Needs a PostgreSQL that is migrated, has the catalogue and nobody in it. Import it once Django is
set up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from apps.core.fields import Secret
from apps.gateway.services import ALPHABET
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, ResourceSet
from apps.usage.services import make_parts
from scripts.gateway_world import KEY
from scripts.large_world import LargeWorld, Size

# ruff: noqa: S608 - nothing here comes from people
COMPANIES, DAYS, LOGGED_DAYS = 1_000, 400, 100
USED = 5
"""So many integrations every company uses, and so many resources each of them."""
KEYS = "UPDATE identifiers_apiidentifier SET user_id = 'DE_1_' || id, key = %(key)s"
"""As the requests that are asked while others are counted are signed."""
LISTINGS = """
INSERT INTO resources_listing (company_id, integration_id, allowed, waiting, left_blocked)
SELECT n, integration, %(everything)s, %(nothing)s, false
FROM generate_series(1, %(companies)s) n, unnest(%(integrations)s::bigint[]) integration
ON CONFLICT (company_id, integration_id) WHERE integration_id IS NOT NULL DO UPDATE SET allowed = excluded.allowed
"""
SOME = """
WITH live AS (SELECT code, row_number() OVER (ORDER BY position) AS place
              FROM resources_interfaceresource WHERE NOT retired AND owner_role = '')
"""
USAGE = f"""
INSERT INTO usage_usage (day, company, integration, identifier, resource, verdict, count, last_at)
{SOME}
SELECT current_date - d, n, integration, n, code, '', 1 + (n + d) %% 9, current_date - d
FROM generate_series(%(days)s - 1, 0, -1) d, generate_series(1, %(companies)s) n,
     unnest(%(integrations)s::bigint[]) WITH ORDINALITY AS used (integration, i)
JOIN live ON live.place BETWEEN 7 * i AND 7 * i + %(used)s - 1
"""
LOG = rf"""
INSERT INTO usage_apirequest
    (day, request_id, at, company, owner, identifier, integration, resource, failed, reason,
     transaction_id, method, parameters, base, algorithm, encoding, unescaped, lag)
{SOME}
SELECT at::date, translate(regexp_replace(md5(n || '-' || %(logged_days)s), '^(.{{4}})(.{{4}})(.{{4}}).*',
                                           '\1-\2-\3'), '0123456789abcdef', %(letters)s), at, company, company, company, integration,
       code, CASE WHEN n %% 50 = 0 THEN 'resource' ELSE '' END,
       CASE WHEN n %% 50 = 0 THEN 'blocked_for_integration' ELSE '' END,
       n::text, 'GET', '', 'https://localhost', 'HMACSHA256', 'hex', false, 0
FROM generate_series(1, %(log)s) n,
LATERAL (SELECT %(end)s - n * (interval '1 day' * %(logged_days)s / (1 + %(log)s)) AS at,
                CASE WHEN n %% 10 = 0 THEN 1 ELSE 1 + n %% %(companies)s END AS company,
                (%(integrations)s::bigint[])[1 + n %% %(used)s] AS integration,
                8 + n %% 7 AS place) asked
JOIN live USING (place)
"""


@dataclass(frozen=True)
class CallsWorld:
    """Companies whose office's person may change the rights of all; ``usage`` is the rows' number."""

    days: int = DAYS
    companies: int = COMPANIES

    def fill(self) -> None:
        """Make the companies, what their rights are, and what they used."""
        size = Size(self.companies, clients=self.companies, people=40, happened=20, events=1_000)
        LargeWorld(size).fill()
        self.run(KEYS)
        self.run(LISTINGS)
        self.run(USAGE)

    def log(self, rows: int, days: int = LOGGED_DAYS) -> None:
        """Write so many requests of some days down, a tenth of them of one company."""
        make_parts(datetime.now(UTC).date() - timedelta(days=LOGGED_DAYS + 1), LOGGED_DAYS + 2)
        self.run(LOG, log=rows, logged_days=days)

    def run(self, statement: str, **more: Any) -> None:
        """Run one of the statements."""
        values = {
            "companies": self.companies,
            "days": self.days,
            "letters": ALPHABET[:16],
            "key": Secret.of(KEY).stored,
            "used": USED,
            "integrations": integrations(),
            "everything": bytes(EVERYTHING),
            "nothing": bytes(ResourceSet()),
            "end": datetime.now(UTC),
            **more,
        }
        used = {name: value for name, value in values.items() if f"%({name})s" in statement}
        with connection.cursor() as cursor:
            cursor.execute(statement, used)
            if not connection.in_atomic_block:
                cursor.execute("VACUUM ANALYZE")


def integrations() -> list[int]:
    """Return the integrations that every company uses."""
    found = Integration.objects.filter(available_only=None, retired=False, built_in=False)
    return list(found.order_by("pk").values_list("pk", flat=True)[:USED])
