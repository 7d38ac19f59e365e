"""Questions about the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce, JSONObject

from apps.audit.sets import AsHex, AsList
from apps.core.days import month_of, told
from apps.resources.rules import ResourceSet
from apps.usage.models import Habit, MonthOfUsage, Usage

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


def counted_since() -> date | None:
    """Return the first day that was counted, for the operator; none before the first time."""
    first: date | None = Usage.objects.aggregate(first=Min("day"))["first"]
    return first


def summed_until() -> date | None:
    """Return the last day of the last month that was summed up, for the operator; none before."""
    last: date | None = MonthOfUsage.objects.aggregate(last=Max("month"))["last"]
    return last


WEEKDAY = {
    "postgresql": "EXTRACT(DOW FROM day)::smallint",
    "sqlite": "CAST(strftime('%%w', day) AS INTEGER)",
}
"""The number of a day in its week, as each database says it."""
SUMMED = """
SELECT company, integration, identifier, resource, count, days, first, last, weekday, last_weekday
FROM usage_monthofusage WHERE {these} AND month > %s
UNION ALL
SELECT company, integration, identifier, resource, count, 1, day, day, {weekday}, {weekday}
FROM usage_usage WHERE {these} AND verdict = '' AND day BETWEEN %s AND %s
UNION ALL
SELECT company, integration, identifier, resource, count, 1, day, day, {weekday}, {weekday}
FROM usage_usage WHERE {these} AND verdict = '' AND day > COALESCE(
    (SELECT month FROM usage_monthofusage WHERE month > %s ORDER BY month DESC LIMIT 1), %s)
"""
"""What passed in whole months, on the days before the first of them, and since the last."""


def summed(since: date, **of: Collection[int]) -> tuple[str, list[Any]]:
    """Return the statement that reads what passed since a day, and its values.

    ``of`` are the numbers asked about, by column. It stands beside no queryset: whole months come
    from their sums, the rest from its days.
    """
    before = month_of(since - timedelta(days=1))
    first, part = map(connection.ops.adapt_datefield_value, (since, before))
    these = " AND ".join(f"{name} IN ({', '.join(['%s'] * len(pks))})" for name, pks in of.items())
    numbers = [pk for pks in of.values() for pk in pks]
    statement = SUMMED.format(these=these, weekday=WEEKDAY[connection.vendor])
    return statement, [*numbers, part, *numbers, first, part, *numbers, part, part]


def lacks(days: list[date]) -> list[date]:
    """Return the days that could not be logged, for the operator; SQLite can log every day."""
    if connection.vendor != "postgresql":
        return []
    there = parts()
    return [day for day in days if part_of(day) not in there]


def with_refusals(companies: QuerySet[Any], since: date) -> QuerySet[Any]:
    """Add ``refused`` to companies that an access has found: the calls refused since a day."""
    mine = Usage.objects.filter(company=OuterRef("pk"), day__gte=since).exclude(verdict="")
    total = mine.order_by().values("company").annotate(total=Sum("count")).values("total")
    found: QuerySet[Any] = companies.annotate(refused=Coalesce(Subquery(total), Value(0)))
    return found


FACTS = ("integration", "last_at", "passed_at", "passed", "days", "since", "counted_on")


def with_habits(companies: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``habits`` to companies that an access has found; ``habits_of`` reads them."""
    facts = JSONObject(**{fact: fact for fact in FACTS}, used=AsHex("used"))
    mine: QuerySet[Any] = Habit.objects.filter(company=OuterRef("pk")).order_by().values("company")
    found: QuerySet[Any] = companies.annotate(
        habits=Subquery(mine.annotate(all=AsList(facts)).values("all"))
    )
    return found


def habits_of(company: Any) -> dict[int, Habit]:
    """Return how each integration calls in a company that ``with_habits`` has found."""
    return {facts["integration"]: _habit(company.pk, facts) for facts in company.habits or ()}


def _habit(company: int, facts: Mapping[str, Any]) -> Habit:
    days = {name: date.fromisoformat(facts[name]) for name in ("since", "counted_on")}
    times = {name: told(facts[name]) for name in ("last_at", "passed_at") if facts[name]}
    used = ResourceSet.from_hex(facts["used"])
    return Habit(company=company, **{**facts, **days, **times, "used": used})
