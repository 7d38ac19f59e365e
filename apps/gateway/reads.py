"""The facts of a decision: everything about one request in one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from psycopg_pool import PoolTimeout

from apps.companies import rules as companies
from apps.companies.access import CompanyAccess
from apps.companies.rules import Grants
from apps.core.fields import Secret, UnreadableValueError
from apps.gateway.models import OlderSignature
from apps.gateway.rules import Caller, Facts, Holder, Resource
from apps.gateway.signing import Algorithm
from apps.identifiers import rules as identifiers
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Owner
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import Board, ResourceSet
from apps.usage import reads as usage

COLUMNS = """
SELECT i.id, i.partner_key, i.built_in, i.available_only, i.retired,
       a.id, a.key, a.purpose, a.valid_until, a.paused_at, a.deactivated_at,
       u.id, u.is_active,
       c.id, c.package,
       m.id, m.roles, m.levels, m.valid_from, m.valid_until,
       s.id,
       own.allowed, general.allowed,
       r.position, r.owner_role, r.retired,
"""
TABLES = """
FROM (SELECT 1 AS one) one
LEFT JOIN resources_integration i ON i.partner_id = %s
LEFT JOIN identifiers_apiidentifier a ON a.user_id = %s
LEFT JOIN accounts_user u ON u.id = a.owner_id
LEFT JOIN companies_company c ON c.business_id = %s
LEFT JOIN companies_membership m ON m.user_id = a.owner_id AND m.company_id = c.id
LEFT JOIN identifiers_identifierstop s ON s.company_id = c.id AND s.identifier_id = a.id
LEFT JOIN resources_listing own ON own.company_id = c.id AND own.integration_id = i.id
LEFT JOIN resources_listing general
       ON general.company_id = c.id AND general.integration_id IS NULL
LEFT JOIN resources_interfaceresource r ON r.code = %s
"""
NOW = f"{COLUMNS} NULL {TABLES}"
"""Always one row: what is not found is null."""
DAYS = 2
"""So many days before the log has no part for the day it is time to say so."""
SOON = 0.7
"""For so many seconds whoever asks whether the database is there waits for it."""
NUMBERS = ("integration", "identifier", "owner", "company")
OLDER = f"""{COLUMNS} o.until {TABLES}
LEFT JOIN gateway_oldersignature o ON o.company_id = c.id AND o.algorithm = %s
"""
"""The same, and until when the company accepts an older signature: asked for those alone."""


class Row(NamedTuple):
    """The columns of the statement, in their order."""

    integration: int | None
    partner_key: str
    built_in: Any
    available_only: Any
    integration_retired: Any
    identifier: int | None
    key: str
    purpose: str
    valid_until: Any
    paused_at: Any
    deactivated_at: Any
    owner: int | None
    is_active: Any
    company: int | None
    package: str | None
    membership: int | None
    roles: Any
    levels: Any
    member_from: Any
    member_until: Any
    stop: int | None
    own: Any
    general: Any
    position: int | None
    owner_role: str
    resource_retired: Any
    older_until: Any


class Asking(Protocol):
    """What a request names, and how it is signed: by this its facts are found."""

    @property
    def partner(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def algorithm(self) -> Algorithm: ...


@dataclass(frozen=True)
class Found:
    """What the statement found: the parts of the facts, the keys, and the numbers for the log."""

    caller: Caller | None
    holder: Holder | None
    package: str | None
    resource: Resource | None
    own: ResourceSet | None
    general: ResourceSet | None
    older_until: datetime | None
    keys: tuple[Secret, Secret] | None
    numbers: Mapping[str, int | None]

    def accepts(self, algorithm: Algorithm, now: datetime) -> bool:
        """Tell whether the company accepts a way of signing at a moment."""
        until = self.older_until
        return not algorithm.older or (until is not None and now < until)

    def facts(
        self, *, accepted: bool, signed: bool = True, timely: bool = True, unique: bool = True
    ) -> Facts:
        """Return what a decision rests on, with what the request itself has shown."""
        return Facts(
            caller=self.caller,
            holder=self.holder,
            accepted=accepted,
            signed=signed,
            timely=timely,
            unique=unique,
            package=self.package,
            resource=self.resource,
            own=self.own,
            general=self.general,
        )


def found(question: Asking, code: str, now: datetime) -> Found:
    """Read what a question is about, whoever asks: the gateway has no person's access.

    ``code`` is the resource that it names, or empty. Raises ValueError for a damaged row.
    """
    older = question.algorithm.older
    values = [question.partner, question.customer, question.company, code]
    with connection.cursor() as cursor:
        if older:
            cursor.execute(OLDER, [*values, question.algorithm.value])
        else:
            cursor.execute(NOW, values)
        row = Row(*cursor.fetchone())
    return Found(
        caller=_caller(row),
        holder=holder_of(row, now),
        package=row.package,
        resource=_resource(row),
        own=_set(row.own),
        general=_set(row.general),
        older_until=_moment(row.older_until),
        keys=_keys(row),
        numbers={name: getattr(row, name) for name in NUMBERS},
    )


def _caller(row: Row) -> Caller | None:
    if row.integration is None:
        return None
    limit = _set(row.available_only)
    return Caller(bool(row.built_in), limit, retired=bool(row.integration_retired))


def holder_of(row: Any, now: datetime) -> Holder | None:
    """Return the identifier of a row that has its columns, as the company knows it."""
    if row.identifier is None:
        return None
    return Holder(
        state=identifiers.state(
            now=now,
            valid_until=_moment(row.valid_until),
            paused_at=_moment(row.paused_at),
            deactivated_at=_moment(row.deactivated_at),
        ),
        purpose=row.purpose,
        owner=_owner(row, now),
        stopped=row.stop is not None,
    )


def _owner(row: Any, now: datetime) -> Owner:
    start, end = _moment(row.member_from), _moment(row.member_until)
    grants = None
    if row.membership is not None:
        grants = Grants.read(companies.roles_of(row.roles), json.loads(row.levels))
    period = companies.validity(now=now, start=start, end=end)
    return Owner(active=bool(row.is_active), grants=grants, period=period)


def _resource(row: Row) -> Resource | None:
    if row.position is None:
        return None
    return Resource(row.position, row.owner_role, retired=bool(row.resource_retired))


def _keys(row: Row) -> tuple[Secret, Secret] | None:
    if row.integration is None or row.identifier is None:
        return None
    return Secret(row.key), Secret(row.partner_key)


def _set(stored: Any) -> ResourceSet | None:
    return None if stored is None else ResourceSet.from_bytes(bytes(stored))


def _moment(stored: datetime | None) -> datetime | None:
    """Return a moment with its zone: SQLite keeps them in UTC and does not say so."""
    return stored.replace(tzinfo=UTC) if stored and stored.tzinfo is None else stored


MOST_LINKED = 10
"""How many identifiers are told of beside one integration."""


@dataclass(frozen=True)
class Linked:
    """An identifier for one integration, and the facts of a call that is made with it."""

    user_id: str
    owner: str
    facts: Facts


def facts_of(
    access: CompanyAccess, integration: Integration, board: Board, resource: InterfaceResource
) -> Facts:
    """Return the facts of a call of an integration, whoever owns the identifier; no statement."""
    own, general = (board.stored.get(pk) for pk in (integration.pk, None))
    return Facts(
        caller=Caller(
            integration.built_in, integration.available_only, retired=integration.retired
        ),
        holder=None,
        accepted=True,
        signed=True,
        timely=True,
        unique=True,
        package=access.company.package,
        resource=Resource(resource.position, resource.owner_role, retired=resource.retired),
        own=own.allowed if own else None,
        general=general.allowed if general else None,
    )


def linked(access: CompanyAccess, integration: Integration, facts: Facts) -> list[Linked]:
    """Return the newest identifiers that work in the company and are for an integration."""
    here = ApiIdentifier.objects.in_company(access.company).at_work(access.company)
    found: Any = here.filter(integration=integration).annotate(roles=F("here__roles"))
    return [
        Linked(one.user_id, one.owner.name, replace(facts, holder=_working(one)))
        for one in found[:MOST_LINKED]
    ]


def _working(found: Any) -> Holder:
    """Return the holder of an identifier that works in the company."""
    grants = Grants.read(found.roles, found.levels)
    owner = Owner(active=True, grants=grants, period=companies.Validity.IN_FORCE)
    return Holder(identifiers.State.WORKS, found.purpose, owner, stopped=False)


def accepted(access: CompanyAccess, now: datetime) -> dict[Algorithm, date]:
    """Return the older ways of signing that the company accepts now, and the last day of each."""
    found = OlderSignature.objects.filter(company=access.company, until__gt=now)
    return {Algorithm(one.algorithm): one.last_day for one in found}


def unready(today: date) -> list[str]:
    """Return what keeps the service from answering, for the operator, nobody's in particular.

    Raises OperationalError when the database is away, sooner than requests give it up.
    """
    _knock()
    executor = MigrationExecutor(connection)
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if behind:
        return [f"migration {migration} is not applied" for migration, _backwards in behind]
    days = usage.lacks([today + timedelta(days=number) for number in range(DAYS + 1)])
    lacking = [f"the log has no part for {day}: run manage.py partitions" for day in days]
    return lacking + _unreadable()


def _knock() -> None:
    """Take a connection from the pool and give it back."""
    if connection.vendor == "postgresql" and connection.connection is None:
        try:
            pool = connection.pool  # type: ignore[attr-defined]
            pool.open()
            pool.putconn(pool.getconn(SOON))
        except PoolTimeout as error:
            raise OperationalError from error


def _unreadable() -> list[str]:
    """Return that the newest Key cannot be opened, as after a start with other FIELD_KEYS."""
    newest = ApiIdentifier.objects.order_by("-pk").first()
    try:
        if newest:
            newest.key.reveal()
    except UnreadableValueError:
        return ["no key in FIELD_KEYS opens the newest Key"]
    return []


def size() -> int:
    """Return how many bytes the database has; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
