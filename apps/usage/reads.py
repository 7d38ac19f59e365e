"""Questions about the log."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Max

from apps.usage.models import Usage

PARTS = """
SELECT child.relname FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = 'usage_apirequest'::regclass
"""


def part_of(day: date) -> str:
    """Return the name of the table that holds a day of the log on PostgreSQL."""
    return f"usage_apirequest_{day:%Y%m%d}"


def parts() -> set[str]:
    """Return the names of the parts that there are on PostgreSQL: nobody's in particular."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        return {name for (name,) in cursor.fetchall()}


def counted_until() -> date | None:
    """Return the last day that was counted, for the operator; none before the first time."""
    last: date | None = Usage.objects.aggregate(last=Max("day"))["last"]
    return last


def lacks(days: list[date]) -> list[date]:
    """Return the days that could not be logged, for the operator; SQLite can log every day."""
    if connection.vendor != "postgresql":
        return []
    there = parts()
    return [day for day in days if part_of(day) not in there]
