#!/usr/bin/env python3
"""Many companies with identifiers and rights, made by few statements: gateway_world.py COMPANIES.

Every company has one member with one identifier, general rights, and rights of three integrations,
each with 63 resources allowed. Needs a database that is migrated and has its catalogue.
"""

import os
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import django

RESOURCES, INTEGRATIONS = 63, 3
RIGHTS = RESOURCES * (INTEGRATIONS + 1)
"""How many rights a company has."""
KEY, PARTNER_KEY = "0123456789ABCDEF" * 2, "FEDCBA9876543210" * 2
CIPHERTEXTS = 500
"""The same Key is stored in so many ways: the gateway opens each of them by itself."""
COMPANIES = """
INSERT INTO companies_company (id, business_id, name, name_folded, name_sorted, package)
SELECT n, lpad(n::text, 7, '0') || '-0', 'Company ' || n, 'company ' || n, 'company ' || n, 'premium'
FROM generate_series(1, %s) n
"""
PEOPLE = """
INSERT INTO accounts_user (id, email, name, name_folded, name_sorted, language, password,
                           is_active, is_staff, is_superuser, date_joined, mails_refusals)
SELECT n, n || '@bench.example', 'Person ' || n, 'person ' || n, 'person ' || n, '', '!',
       true, false, false, now(), false
FROM generate_series(1, %s) n
"""
MEMBERSHIPS = """
INSERT INTO companies_membership (user_id, company_id, roles, levels)
SELECT n, n, 0, '{"sales_invoices": "edit"}' FROM generate_series(1, %s) n
"""
IDENTIFIERS = """
INSERT INTO identifiers_apiidentifier (id, owner_id, made_in_id, user_id, key, purpose, note,
                                       note_folded, created_at, once)
SELECT n, n, n, 'DE_1_' || n, (%s::text[])[1 + n %% 500], 'api', '', '', now(), gen_random_uuid()
FROM generate_series(1, %s) n
"""
CUSTOM = """
INSERT INTO resources_integration (name_en, name_fi, name_sv, name_folded, name_sorted, purpose_en,
                                   purpose_fi, purpose_sv, public_id, kind, vendor, access_key,
                                   partner_id, partner_key, needed, needs_source, built_in, retired)
SELECT 'Custom ' || n, '', '', 'custom ' || n, 'custom ' || n, '', '', '', lpad(n::text, 16, '0'),
       'custom', '', lpad(n::text, 32, '0'), 'Custom_' || n, '', %s, '', false, false
FROM generate_series(1, 1000) n
"""
"""Integrations that companies let make for themselves."""
LISTINGS = """
INSERT INTO resources_listing (company_id, integration_id, allowed, waiting, left_blocked)
SELECT n, integration, %s, %s, false
FROM generate_series(1, %s) n CROSS JOIN unnest(%s::bigint[]) integration
"""
STOPS = """
INSERT INTO identifiers_identifierstop (company_id, identifier_id, at)
SELECT n, n - 1, now() FROM generate_series(2, %s) n
"""
"""Every company stops somebody else's identifier."""


@dataclass(frozen=True)
class Asked:
    """What a request names: all of it is known, and allowed."""

    partner: str
    customer: str
    company: str
    code: str

    @classmethod
    def some(cls, count: int, companies: int, seed: int = 1) -> "list[Asked]":
        """Return so many, of random companies."""
        dice, codes = random.Random(seed), [code for code, _position in allowed()]  # noqa: S311
        return [
            cls(
                f"Bench_{dice.randrange(INTEGRATIONS)}",
                f"DE_1_{number}",
                f"{number:07}-0",
                dice.choice(codes),
            )
            for number in (dice.randint(1, companies) for _ in range(count))
        ]

    @property
    def target(self) -> str:
        """What is asked for."""
        return f"/{self.code}"

    def headers(self, base: str) -> dict[str, str]:
        """Return the headers of a request of now, as a client of a base signs it."""
        from apps.demo.management.commands.ask import asked
        from apps.gateway import signing

        question = asked(
            self.target,
            customer=self.customer,
            partner=self.partner,
            company=self.company,
            now=datetime.now(UTC),
        )
        return signing.signed(question, (KEY, PARTNER_KEY), signing.Base.of(base))


def allowed() -> list[tuple[str, int]]:
    """Return the codes and positions of what every company allows."""
    from apps.resources.models import InterfaceResource

    plain = InterfaceResource.objects.filter(owner_role="", retired=False).order_by("position")
    return list(plain.values_list("code", "position")[:RESOURCES])


def fill(companies: int) -> None:
    """Make the companies and all that belongs to them."""
    from django.db import connection

    from apps.core.fields import Secret
    from apps.resources.rules import ResourceSet
    from apps.usage.services import make_parts

    make_parts(datetime.now(UTC).date() - timedelta(days=1))
    keys = [Secret.of(KEY).stored for _ in range(CIPHERTEXTS)]
    some = bytes(ResourceSet(position for _code, position in allowed()))
    with connection.cursor() as cursor:
        for statement in (COMPANIES, PEOPLE, MEMBERSHIPS):
            cursor.execute(statement, [companies])
        cursor.execute(IDENTIFIERS, [keys, companies])
        cursor.execute(STOPS, [companies])
        cursor.execute(CUSTOM, [bytes(ResourceSet())])
        whose = [*integrations(), None]
        cursor.execute(LISTINGS, [some, bytes(ResourceSet()), companies, whose])
        if not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE")


def integrations() -> Iterable[int]:
    """Give some integrations keys that are known; yield their numbers."""
    from apps.core.fields import Secret
    from apps.resources.models import Integration

    unlimited = Integration.objects.filter(available_only=None, retired=False, built_in=False)
    for number, pk in enumerate(
        unlimited.order_by("pk").values_list("pk", flat=True)[:INTEGRATIONS]
    ):
        Integration.objects.filter(pk=pk).update(
            partner_id=f"Bench_{number}", partner_key=Secret.of(PARTNER_KEY)
        )
        yield pk


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    fill(int(sys.argv[1]))
