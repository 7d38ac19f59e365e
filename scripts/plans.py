"""What a page asks of PostgreSQL, and how that finds its rows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from scripts.large_world import Page

FEW = 50
"""How many rows are no table that was worth an index."""
LONGEST = 10_000
"""How many bytes a statement may have."""
GROWING = frozenset(
    f"{app}_{table}"
    for app, tables in {
        "accounts": "user",
        "audit": "auditevent",
        "bulk": "bulkchange bulkitem",
        "companies": "accountingoffice_people company formermember membership",
        "identifiers": "apiidentifier identifierstop reminder",
        "people": "invitation",
        "resources": "listing",
        "security": "securityevent",
        "usage": "apirequest habit monthofusage usage",
    }.items()
    for table in tables.split()
)
"""The tables that grow with the installation; of accounting offices there are few."""


@dataclass(frozen=True)
class Asked:
    """One statement with its values."""

    sql: str
    values: Any

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return len(self.sql.encode())

    def plan(self) -> dict[str, Any]:
        """Run it and return how it found its rows."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {self.sql}", self.values)
            [found] = cursor.fetchone()
        [answer] = json.loads(found) if isinstance(found, str) else found
        plan: dict[str, Any] = answer["Plan"]
        return plan

    def faults(self, sees: int) -> list[str]:
        """Return where more rows are read than somebody sees, or a growing table whole."""
        if not self.sql.lstrip().startswith(("SELECT", "WITH")):
            return []
        return [fault for node in nodes(self.plan()) if (fault := _fault(node, sees))]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every part of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def _fault(node: dict[str, Any], sees: int) -> str:
    table, how, loops = node.get("Relation Name", ""), node["Node Type"], node["Actual Loops"]
    removed = node.get("Rows Removed by Filter", 0) * loops
    read = node["Actual Rows"] * loops + removed
    if table in GROWING and how == "Seq Scan" and read > FEW:
        return f"{table} is read whole"
    if table in GROWING and not node.keys() & {"Index Cond", "Recheck Cond"} and read > sees:
        return f"{read:.0f} rows of {table} are read without a condition"
    return f"{removed:.0f} rows of {table or how} are read in vain" if removed > sees else ""


class Visitors:
    """The people of a large world, signed in."""

    def __init__(self, people: Mapping[str, int]) -> None:
        self.browsers = {who: Client(HTTP_HOST="localhost") for who in people}
        for who, pk in people.items():
            user = User.objects.get(pk=pk)
            self.browsers[who].force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def time(self, page: Page) -> dict[str, float]:
        """Return after how many seconds a page begins to arrive, and is there."""
        start = time.perf_counter()
        answer: Any = self.browsers[page.who].get(page.address)
        assert answer.status_code == HTTPStatus.OK, (page, answer.status_code)
        pieces = answer.streaming_content if answer.streaming else iter([answer.content])
        next(pieces)
        first = time.perf_counter() - start
        for _ in pieces:
            pass
        return {"first": first, "whole": time.perf_counter() - start}

    def look(self, page: Page) -> dict[str, Any]:
        """Return what a page asks, and what is wrong with it; what is kept is read before."""
        self.time(page)
        with listening() as asked:
            self.time(page)
        faults = [fault for one in asked for fault in one.faults(page.sees)]
        if len(asked) > page.statements:
            faults.append(f"at most {page.statements} statements")
        longest = max(one.length for one in asked)
        if longest > LONGEST:
            faults.append(f"at most {LONGEST} bytes")
        said = f"{len(asked)} statements, the longest of {longest} bytes"
        return {"said": said, "faults": sorted(set(faults))}


@contextmanager
def listening() -> Iterator[list[Asked]]:
    """Yield a list of the statements that are asked meanwhile."""
    asked: list[Asked] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked.append(Asked(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield asked
