"""Many companies with all that belongs to them, made by few statements, and three people in them.

An office serves some of the companies by one person; one company has many people and events; one
is small like most. Needs a PostgreSQL that is migrated, has the catalogue and nobody in it. Import
it once Django is set up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.utils import timezone

from apps.audit.admin import MOST
from apps.clients.reads import ORDERS
from apps.clients.texts import ATTENTION
from apps.companies import rules as companies
from apps.companies.rules import Function, Level, Role
from apps.core.fields import Secret
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet
from apps.usage.services import count_habits


@dataclass(frozen=True)
class Size:
    """How much there is: of each company three memberships, four listings, events and days of calls.

    ``clients`` is how many companies one person serves; ``people`` and ``happened`` are what the
    company with many people has, ``events`` what all have together.
    """

    companies: int
    clients: int
    people: int
    happened: int
    events: int


LARGE = Size(100_000, clients=3_000, people=1_000, happened=20_000, events=1_000_000)
SMALL = Size(200, clients=40, people=150, happened=60, events=1_000)
"""With as many people and events in one company as fill a page, so that both show as many rows."""

# Words without a meaning, as different as names are.
# ruff: noqa: S608 - nothing here comes from people
WORD = "initcap(translate(substr(md5(n || '{}'), 1, 9), '0123456789abcdef', 'aeiouyklmnprstvh'))"
OFFICES = """
INSERT INTO companies_accountingoffice (id, name, name_sorted)
SELECT n, 'Office ' || n, 'office ' || n FROM generate_series(1, 1 + %(companies)s / 200) n
"""
COMPANIES = f"""
INSERT INTO companies_company (id, business_id, name, name_folded, name_sorted, package, office_id)
SELECT n, lpad(n::text, 7, '0') || '-0', name, lower(name), lower(name),
       (ARRAY['premium', 'professional', 'core', 'basic'])[1 + n %% 4],
       CASE WHEN n <= %(clients)s THEN 1 WHEN n %% 2 = 0 THEN 1 + n / 200 END
FROM generate_series(1, %(companies)s) n, LATERAL (SELECT {WORD.format("c")} || ' Oy' AS name) named
"""
PEOPLE = f"""
INSERT INTO accounts_user (id, email, name, name_folded, name_sorted, language, password,
                           is_active, is_staff, is_superuser, date_joined, mails_refusals)
SELECT n, lower(name) || n || '@large.example', name || ' ' || n,
       lower(name) || ' ' || n || E'\\n' || lower(name) || n || '@large.example',
       lower(name) || ' ' || n, '', '!', n %% 100 > 0, n = %(staff)s, n = %(staff)s, now(), false
FROM generate_series(1, %(staff)s) n, LATERAL (SELECT {WORD.format("p")} AS name) named
"""
OFFICE_PEOPLE = """
INSERT INTO companies_accountingoffice_people (accountingoffice_id, user_id)
SELECT 1, %(serves)s UNION ALL
SELECT 1 + n / 200, n FROM generate_series(1, %(companies)s, 50) n
"""
MEMBERSHIP = "INSERT INTO companies_membership (user_id, company_id, roles, levels, valid_until) "
ADMINISTRATORS = f"""{MEMBERSHIP}
SELECT %(serves)s, n, %(tpk)s, %(everything)s::jsonb, NULL::timestamptz FROM generate_series(1, %(clients)s) n
UNION ALL SELECT %(crowded)s, %(companies)s, %(kh)s, %(everything)s::jsonb, NULL::timestamptz
UNION ALL SELECT %(quiet)s, %(companies)s - 1, %(kh)s, %(everything)s::jsonb, NULL::timestamptz
"""
MEMBERS = f"""{MEMBERSHIP}
SELECT 1 + (n + k * 7 - 1) %% %(companies)s, n, 0, '{{"sales_invoices": "edit"}}'::jsonb,
       CASE WHEN n %% 50 = 0 THEN now() + interval '20 days'
            WHEN n %% 49 = 0 THEN now() - interval '20 days' END
FROM generate_series(1, %(companies)s) n, generate_series(0, 2) k
UNION ALL SELECT n, %(companies)s, 0, '{{"sales_invoices": "edit"}}'::jsonb, NULL
FROM generate_series(1, %(people)s) n
ON CONFLICT DO NOTHING
"""
IDENTIFIERS = """
INSERT INTO identifiers_apiidentifier (id, owner_id, made_in_id, user_id, key, purpose, note,
                                       note_folded, created_at, valid_until, deactivated_at, once)
SELECT n, n, n, 'FI_1_' || n, %(key)s, 'api', 'Note ' || n, 'note ' || n, now(),
       CASE WHEN n %% 30 = 0 THEN now() + interval '10 days' END,
       CASE WHEN n %% 4 = 3 THEN now() END, gen_random_uuid()
FROM generate_series(1, %(companies)s) n
"""
STOPS = """
INSERT INTO identifiers_identifierstop (company_id, identifier_id, at)
SELECT n, n, now() FROM generate_series(1, %(companies)s, 40) n
"""
FORMER = """
INSERT INTO companies_formermember (company_id, user_id, removed_at)
SELECT n, 1 + (n + 50) %% %(companies)s, now() FROM generate_series(1, %(companies)s, 20) n
"""
LISTINGS = """
WITH finished AS (
    SELECT id, needed, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS of
    FROM resources_integration WHERE kind = 'finished' AND NOT retired
)
INSERT INTO resources_listing (company_id, integration_id, allowed, waiting, left_blocked)
SELECT n, f.id, CASE WHEN (n + k) %% 4 = 0 THEN %(nothing)s WHEN (n + k) %% 4 = 1 THEN f.needed
                     ELSE decode(md5(n || 'a' || k) || md5(n || 'b' || k), 'hex') END,
       %(nothing)s, n %% 9 = 0
FROM generate_series(1, %(companies)s) n CROSS JOIN generate_series(1, 3) k
JOIN finished f ON f.place = (n * 7 + k * 11) %% f.of
UNION ALL SELECT n, NULL, CASE WHEN n %% 4 = 0 THEN decode(md5(n || 'g') || md5(n || 'h'), 'hex')
                               ELSE %(nothing)s END, %(nothing)s, false
FROM generate_series(1, %(companies)s) n
"""
EVENTS = """
INSERT INTO audit_auditevent (at, actor_id, actor, office, company_id, company, verb, subject_kind,
                              subject_id, subject, added, removed, before, after, bulk_id, reason)
SELECT now() - (%(events)s - n) * interval '30 seconds', company, 'Person <person@large.example>',
       '', company, 'Company ' || company,
       CASE n / 3 %% 5 WHEN 0 THEN 'identifier:note' WHEN 1 THEN 'rights:block'
                      ELSE 'rights:allow' END,
       CASE n / 3 %% 5 WHEN 0 THEN 'identifier' ELSE 'integration' END, %(integration)s,
       'FI_1_' || company,
       CASE WHEN n / 3 %% 5 > 1 THEN decode(md5(n::text) || md5('a' || n), 'hex') END,
       CASE WHEN n / 3 %% 5 = 1 THEN decode(md5(n::text) || md5('a' || n), 'hex') END,
       NULL, NULL, NULL, ''
FROM generate_series(1, %(events)s) n, LATERAL (
    SELECT CASE WHEN n %% (%(events)s / %(happened)s) = 0 THEN %(companies)s
                ELSE 1 + n %% (%(companies)s - 1) END AS company
) happened
"""
INVITATIONS = """
INSERT INTO people_invitation (company_id, email, name, name_folded, name_sorted, roles, levels,
                               invited_by_id, created_at, expires_at, nonce, trouble)
SELECT 1 + n %% %(companies)s, n || '@new.example', 'New ' || n, 'new ' || n, 'new ' || n, 0, '{}'::jsonb,
       %(quiet)s, now(), now() + interval '7 days', md5(n::text), ''
FROM generate_series(1, %(companies)s / 20) n
"""
USAGE = """
INSERT INTO usage_usage (day, company, integration, identifier, resource, verdict, count, last_at)
SELECT current_date - d, n, %(integration)s, n, 'customer.nv',
       CASE WHEN (n + d) %% 5 = 0 THEN 'blocked_for_integration' ELSE '' END, 9,
       now() - d * interval '1 day'
FROM generate_series(1, %(companies)s) n, generate_series(n %% 20, 99, 5) d
"""
SIGNING_IN = """
INSERT INTO security_securityevent (at, verb, about, person_id, person, company, address, browser)
SELECT now() - n * interval '1 minute', CASE WHEN n %% 9 = 0 THEN 'failed' ELSE 'in' END, '',
       1 + n %% %(companies)s, 'Person', '', '192.0.2.1', 'Firefox'
FROM generate_series(1, %(companies)s * 3) n
"""
FACTORS = """
INSERT INTO mfa_authenticator (user_id, type, data, created_at)
SELECT n, 'totp', '{}'::jsonb, now() FROM generate_series(1, %(companies)s, 2) n
"""
STATEMENTS = (
    OFFICES, COMPANIES, PEOPLE, OFFICE_PEOPLE, ADMINISTRATORS, MEMBERS, IDENTIFIERS, STOPS, FORMER,
    LISTINGS, EVENTS, INVITATIONS, USAGE, SIGNING_IN, FACTORS,
)  # fmt: skip


MOST_STATEMENTS = 8
"""How many statements a page may ask."""
ROWS = 5
"""How many rows of a table belong to a company or a person, at most."""
OFFICE_LIST, OTHERS = 6.0, 1.5
"""How much longer than in the small world the office's list, and other pages, may take."""
OFFICE = (
    *(f"attention={need}" for need, _name in ATTENTION if need), "traffic=open", "traffic=closed", "q=aei",
    "q=no+such+name", "package=premium",
    *(f"sort={sort}" for sort in ORDERS if sort),
)  # fmt: skip
TOGETHER = (
    "attention=any&traffic=open&sort=attention", "attention=owner&traffic=open&sort=traffic",
)  # fmt: skip
LATER: Mapping[str, Sequence[int | str]] = {
    "": ["m", ""],
    "attention": [0, "m", ""],
    "business_id": ["0000030-0"],
    "traffic": [0, "m", ""],
    "package": [1, "m", ""],
    "integrations": [3, "m", ""],
    "changed": ["2100-01-01T00:00:00Z", "m", ""],
}
"""In each order of the office's list a key that a later page starts after; no row need have it."""
OF_IDENTIFIERS = (
    "api-identifiers/", "api-identifiers/?q=aei", "api-identifiers/?show=works",
    "api-identifiers/?show=ending", "api-identifiers/?show=stopped", "excel-identifiers/",
)  # fmt: skip
USERS = ("users/", "users/?q=aei", "users/?validity=ending", "users/?sort=identifiers")
RIGHTS = (
    "interface-resources/", "interface-resources/csv/", "interface-resources/reopen/",
    "signatures/", "help/",
)  # fmt: skip
HISTORY = ("?kind=identifiers", "?kind=rights", "?resource=customer", "csv/", "rights/")
ADMIN = (
    *(
        f"{table}/{rest}"
        for table in ("companies/company", "companies/membership", "accounts/user")
        for rest in ("", "?q=aeiou", "?q=0000017-0")
    ),
    *(f"{table}/{rest}" for table in ("companies/accountingoffice", "mfa/authenticator")
      for rest in ("", "?q=aeiou")),
    *(f"autocomplete/?app_label=companies&model_name=membership&field_name={field}&term=aeiou"
      for field in ("user", "company")),
    "autocomplete/?app_label=companies&model_name=company&field_name=office&term=17",
    "security/securityevent/", "security/securityevent/?q=aeiou1@large.example",
    "security/securityevent/?verb__exact=failed", "jobs/job/", "resources/integration/?q=visma",
    "companies/company/1/change/", "accounts/user/1/change/", "companies/accountingoffice/1/change/",
    "companies/membership/add/",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """An address, in a base and the rest, and who opens it.

    ``budget`` is how much longer than in the small world it may take, ``sees`` how many rows
    are the person's to see; ``first`` is the rest of the page of which this is the last.
    """

    who: str
    base: str
    rest: str = ""
    budget: float = 0
    sees: int = 50
    first: str | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return self.base + self.rest

    @property
    def statements(self) -> int:
        """How many it may ask; a file asks for each block of its rows."""
        return MOST_STATEMENTS + (self.sees // 100 if "csv/" in self.rest else 0)

    @property
    def name(self) -> str:
        """What it is called in every world."""
        return f"{self.who} {self.rest or 'home'}"


@dataclass(frozen=True)
class LargeWorld:
    """What was made, and the addresses that its people open."""

    size: Size

    @property
    def people(self) -> Mapping[str, int]:
        """The numbers of those who look: an office's person, two of KH, and site staff."""
        names = ("serves", "crowded", "quiet", "staff")
        return {name: self.size.companies + place for place, name in enumerate(names, 1)}

    def fill(self) -> None:
        """Make everything."""
        values = {**vars(self.size), **self.people, **self._sets()}
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                used = {name: value for name, value in values.items() if f"%({name})s" in statement}
                cursor.execute(statement, used)
            count_habits(timezone.localdate())
            if not connection.in_atomic_block:
                cursor.execute("VACUUM ANALYZE")

    def _sets(self) -> Mapping[str, Any]:
        levels = companies.stored_levels(dict.fromkeys(Function, Level.EDIT))
        finished = Integration.objects.filter(kind=Integration.Kind.FINISHED, retired=False)
        return {
            "nothing": bytes(ResourceSet()),
            "everything": json.dumps(levels),
            "tpk": companies.bits_of([Role.TPK, Role.KH, Role.KP]),
            "kh": companies.bits_of([Role.KH]),
            "key": Secret.of("0" * 32).stored,
            "integration": finished.order_by("pk").values_list("pk", flat=True)[0],
        }

    def pages(self) -> Iterator[Page]:
        """Yield every page, with who opens it."""
        yield from self._of_office()
        for who, company in (("crowded", self.size.companies), ("quiet", self.size.companies - 1)):
            yield from self._of_company(who, company)
        yield from (Page("staff", "/admin/", rest, sees=MOST) for rest in ADMIN)

    def _of_office(self) -> Iterator[Page]:
        clients, rows = self.size.clients, self.size.clients * ROWS
        asked = ("", *(f"?{one}" for one in (*OFFICE, *TOGETHER)), "csv/", "csv/?sort=attention")
        for query in asked:
            yield Page("serves", "/", f"office/{query}", OFFICE_LIST, sees=rows)
        key = _after("SELECT name_sorted, business_id FROM companies_company WHERE id <= {} "
                     "ORDER BY 1 DESC, 2 DESC OFFSET 50 LIMIT 1", clients)  # fmt: skip
        if key:
            yield Page("serves", "/", f"office/?after={key}", sees=rows, first="office/")
        for sort in ORDERS:
            first = f"office/?sort={sort}" if sort else "office/"
            after = quote(json.dumps(LATER[sort]))
            yield Page("serves", "/", f"office/?sort={sort}&after={after}", sees=rows, first=first)
        bulk = ("office/rights/", "office/rights/?attention=owner&sort=attention")
        for rest in ("office/new/", *bulk, "companies/", "companies/?q=aei"):
            yield Page("serves", "/", rest, sees=rows)
        yield Page("serves", _company(1), budget=OTHERS)

    def _of_company(self, who: str, company: int) -> Iterator[Page]:
        base = _company(company)
        sees = self.size.people * ROWS if who == "crowded" else 50
        happened = self.size.happened if who == "crowded" else 50
        for rest in ("", *OF_IDENTIFIERS, *USERS, "history/"):
            yield Page(who, base, rest, OTHERS, sees=sees)
        for rest in (*RIGHTS, *(f"history/{query}" for query in HISTORY)):
            yield Page(who, base, rest, sees=max(sees, happened))
        [member] = _row("SELECT max(id) FROM companies_membership WHERE company_id = {}", company)
        for rest in (f"users/{member}/", f"users/{member}/remove/"):
            yield Page(who, base, rest, sees=sees)
        users = _after("SELECT u.name_sorted, u.email FROM accounts_user u "
                       "JOIN companies_membership m ON m.user_id = u.id WHERE m.company_id = {} "
                       "ORDER BY 1 DESC, 2 DESC OFFSET 50 LIMIT 1", company)  # fmt: skip
        events = _after("SELECT id FROM audit_auditevent WHERE company_id = {} "
                        "ORDER BY 1 OFFSET 50 LIMIT 1", company)  # fmt: skip
        for rest, key in (("users/", users), ("history/", events)):
            if key:
                yield Page(who, base, f"{rest}?after={key}", sees=sees, first=rest)


def _company(number: int) -> str:
    return f"/companies/{number:07}-0/"


def _row(statement: str, number: int) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(number))
        return cursor.fetchone() or ()


def _after(statement: str, number: int) -> str:
    """Return the key that a last page starts after, as addresses carry it; empty for none."""
    key = _row(statement, number)
    return quote(json.dumps(list(key))) if key else ""
