"""Questions about the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce

from apps.usage.models import Usage
from apps.usage.rules import UNUSED

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


def with_last_use(companies: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Add ``used_at`` to companies that an access has found: when a call passed last, if lately.

    The last day stands in the index; of that day alone the moments are compared.
    """
    mine = Usage.objects.filter(company=OuterRef("pk"), day__gte=today - UNUSED, verdict="")
    last = mine.order_by("-day", "-last_at").values("last_at")[:1]
    found: QuerySet[Any] = companies.annotate(used_at=Subquery(last))
    return found


def with_refusals(companies: QuerySet[Any], since: date) -> QuerySet[Any]:
    """Add ``refused`` to companies that an access has found: the calls refused since a day."""
    mine = Usage.objects.filter(company=OuterRef("pk"), day__gte=since).exclude(verdict="")
    total = mine.order_by().values("company").annotate(total=Sum("count")).values("total")
    found: QuerySet[Any] = companies.annotate(refused=Coalesce(Subquery(total), Value(0)))
    return found
