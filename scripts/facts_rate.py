#!/usr/bin/env python3
"""How often a second the facts of a decision are read, beside one row by its key: facts_rate.py COMPANIES.

Answers each line of its input with both rates, so that several databases can be asked in turn;
the first line that it writes is the plan's nodes and pages.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import django

READ, TURNS = 100, 50
"""How many lookups are timed at once, in turn with other databases; and how often others."""
LOOKUPS = {"Index Scan", "Index Only Scan", "Nested Loop", "Result"}
"""The parts of a plan that look up single rows."""
POINT = "SELECT id, package FROM companies_company WHERE business_id = %s"


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    """Yield how each part of a plan finds its rows."""
    table = plan.get("Relation Name", "")
    yield (
        f"{plan['Node Type']} of {table}" if plan["Node Type"] == "Seq Scan" else plan["Node Type"]
    )
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plan_of(cursor: Any, statement: str, values: Sequence[str]) -> tuple[list[str], int]:
    """Return how a statement finds its rows, and how many pages that touches."""
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
    [found] = cursor.fetchone()
    [answer] = json.loads(found) if isinstance(found, str) else found
    plan = answer["Plan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return sorted(set(nodes(plan))), pages


def rate(cursor: Any, statement: str, values: Sequence[Sequence[str]]) -> float:
    """Return how often a second a statement finds its row."""
    start = time.perf_counter()
    for one in values:
        cursor.execute(statement, one)
        assert cursor.fetchone()
    return len(values) / (time.perf_counter() - start)


def main(companies: int) -> None:
    """Say the plan, then a line of rates for each that is asked."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    from django.db import connection

    from apps.gateway.reads import NOW
    from scripts.gateway_world import Asked

    with connection.cursor() as cursor:
        some = Asked.some(TURNS * READ, companies)
        facts = [(one.partner, one.customer, one.company, one.code) for one in some]
        points = [(one.company,) for one in some]
        rate(cursor, NOW, facts)
        found, pages = plan_of(cursor, NOW, facts[0])
        print(json.dumps({"nodes": found, "pages": pages}), flush=True)
        for number, _line in enumerate(sys.stdin):
            part = slice(number % TURNS * READ, (number % TURNS + 1) * READ)
            rates = rate(cursor, POINT, points[part]), rate(cursor, NOW, facts[part])
            print(json.dumps(rates), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
