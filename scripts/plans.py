"""What a page asks of PostgreSQL, and how that finds its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

MOST_STATEMENTS, LONGEST = 8, 10_000
"""How many statements a page may ask, and how many bytes each may have."""
GROWING = frozenset(
    f"{app}_{table}"
    for app, tables in {
        "accounts": "user",
        "audit": "auditevent",
        "bulk": "bulkchange bulkitem",
        "companies": "accountingoffice accountingoffice_people company formermember membership",
        "identifiers": "apiidentifier identifierstop reminder",
        "people": "invitation",
        "resources": "listing",
        "usage": "apirequest usage",
    }.items()
    for table in tables.split()
)
"""The tables that grow with the installation."""


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
    if table in GROWING and how == "Seq Scan" and loops:
        return f"{table} is read whole"
    if table in GROWING and not node.keys() & {"Index Cond", "Recheck Cond"} and read > sees:
        return f"{read:.0f} rows of {table} are read without a condition"
    return f"{removed:.0f} rows of {table or how} are read in vain" if removed > sees else ""


@contextmanager
def listening() -> Iterator[list[Asked]]:
    """Yield a list of the statements that are asked meanwhile."""
    asked: list[Asked] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        asked.append(Asked(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield asked
