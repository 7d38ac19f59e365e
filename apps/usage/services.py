"""Writing down what was asked: the log of requests, counts of refusals, and usage day by day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from apps.core.days import end_of, month_of, start_of
from apps.usage.models import ApiRequest, Habit, MonthOfUsage, Unauthenticated, Usage
from apps.usage.reads import WEEKDAY, counted_since, counted_until, part_of, parts, summed_until
from apps.usage.rules import UNUSED

AHEAD = 14
"""For how many days parts are made ahead."""


COLUMNS = ApiRequest._meta.concrete_fields
INTO = f"INSERT INTO usage_apirequest ({', '.join(field.attname for field in COLUMNS)})"
VALUES = ", ".join(["%s"] * len(COLUMNS))
DURABLY = f"{INTO} VALUES ({VALUES}) ON CONFLICT DO NOTHING"
SOON = f"""
{INTO} SELECT {VALUES} FROM (SELECT set_config('synchronous_commit', 'off', true)) AS soon
ON CONFLICT DO NOTHING
"""  # noqa: S608 - made of names of columns
"""A refusal need not wait for the disk: losing it lets nothing pass."""


class NotWrittenError(RuntimeError):
    """The database had something to say about what it wrote."""


def write(row: Mapping[str, Any], *, durably: bool) -> bool:
    """Write a row of the log, every column of it, and tell whether the request is sent for the first time.

    Raises NotWrittenError, and whatever the database raises: then nobody knows, and the request
    must not pass.
    """
    database = connections[DEFAULT_DB_ALIAS]
    statement = DURABLY if durably or database.vendor != "postgresql" else SOON
    values = [
        field.get_db_prep_value(row[field.attname], database, prepared=True) for field in COLUMNS
    ]
    with database.cursor() as cursor, no_notices():
        cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


@contextmanager
def no_notices() -> Iterator[None]:
    """Raise NotWrittenError when PostgreSQL says anything beside its answer."""
    said: list[str] = []
    listen = getattr(connection.connection, "add_notice_handler", None)

    def hear(diagnostic: Any) -> None:
        said.append(diagnostic.message_primary or "")

    if listen:
        listen(hear)
    try:
        yield
    finally:
        if listen:
            connection.connection.remove_notice_handler(hear)
    if said:
        raise NotWrittenError(said[0])


PART = (
    "CREATE TABLE IF NOT EXISTS {name} PARTITION OF usage_apirequest"
    " FOR VALUES FROM ('{day}') TO ('{next_day}')"
)


def make_parts(first: date, days: int = AHEAD) -> None:
    """Make the parts of some days, those that are there left alone; SQLite needs none."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for day in (first + timedelta(days=number) for number in range(days + 1)):
            next_day = day + timedelta(days=1)
            cursor.execute(PART.format(name=part_of(day), day=day, next_day=next_day))


def forget_before(day: date) -> None:
    """Drop the log of the days before one, and the refusals that were counted on them."""
    Unauthenticated.objects.filter(hour__lt=start_of(day)).delete()
    if connection.vendor != "postgresql":
        ApiRequest.objects.filter(day__lt=day).delete()
        return
    with connection.cursor() as cursor:
        for name in sorted(parts()):
            if name < part_of(day):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")


@dataclass(frozen=True)
class Refused:
    """What is counted together: an hour's refusals of one reason, as far as it names ours."""

    hour: datetime
    reason: str
    identifier: int = 0
    integration: int = 0
    company: int = 0


class Tally:
    """Refusals counted in this process until they are added to the table, by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[Refused] = Counter()

    def add(self, refused: Refused) -> None:
        """Count one."""
        with self._lock:
            self._counted[refused] += 1

    def put_back(self, counted: Counter[Refused]) -> None:
        """Count again what could not be written down."""
        with self._lock:
            self._counted.update(counted)

    def take(self) -> Counter[Refused]:
        """Return what was counted, and begin anew."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        return counted


ADD = """
INSERT INTO usage_unauthenticated (hour, reason, identifier, integration, company, count)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (hour, reason, identifier, integration, company)
DO UPDATE SET count = usage_unauthenticated.count + excluded.count
"""


def add_refusals(counted: Mapping[Refused, int]) -> None:
    """Add counts to the table, all or none, so that they can be added again after a failure.

    Several processes may do so at once: all add in the same order.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for refused in sorted(counted, key=lambda one: astuple(one)):
            hour, *rest = astuple(refused)
            stored = connection.ops.adapt_datetimefield_value(hour)
            cursor.execute(ADD, [stored, *rest, counted[refused]])


AGAIN = timedelta(days=2)
"""So far back from the last counted day everything is counted anew: what was written late is there."""
LOCK = 1_970_495_847
"""The number of the lock that one roll-up at a time holds; chosen at random."""
KEY = "day, company, integration, identifier, resource, verdict"
COUNT = f"""
INSERT INTO usage_usage ({KEY}, count, last_at)
SELECT %s, company, integration, identifier, resource, verdict, SUM(times), MAX(at) FROM (
    SELECT COALESCE(company, 0) AS company, integration, identifier,
           resource, reason AS verdict, 1 AS times, at
    FROM usage_apirequest WHERE day BETWEEN %s AND %s AND at >= %s AND at < %s
    UNION ALL
    SELECT company, integration, identifier, '', reason, count, hour
    FROM usage_unauthenticated WHERE hour >= %s AND hour < %s
) asked
GROUP BY company, integration, identifier, resource, verdict
ON CONFLICT ({KEY}) DO UPDATE SET count = excluded.count, last_at = excluded.last_at
WHERE excluded.count > usage_usage.count
"""  # noqa: S608 - made of names of columns
"""Counts never shrink: a day whose log is dropped by now keeps what was counted of it."""

MONTH = "company, month, integration, identifier, resource"
SUM = f"""
INSERT INTO usage_monthofusage
    ({MONTH}, count, days, first, last, weekday, last_weekday)
SELECT company, %s, integration, identifier, resource,
       SUM(count), COUNT(*), MIN(day), MAX(day), MIN({{weekday}}), MAX({{weekday}})
FROM usage_usage WHERE day BETWEEN %s AND %s AND verdict = ''
GROUP BY company, integration, identifier, resource
ON CONFLICT ({MONTH}) DO UPDATE
SET count = excluded.count, days = excluded.days, first = excluded.first, last = excluded.last,
    weekday = excluded.weekday, last_weekday = excluded.last_weekday
WHERE excluded.count > usage_monthofusage.count
"""  # noqa: S608 - made of names of columns
"""A month of days that are forgotten by now keeps what was summed up of them."""


EIGHT_BYTES = "int8send(substring(used, {}, 64)::bit(64)::bigint)"
SET_OF = {
    "postgresql": (
        "COALESCE(BIT_OR(('x' || encode(set_bit(decode(repeat('00', 32), 'hex'), r.position, 1),"
        " 'hex'))::bit(256)), 0::bit(256))",
        " || ".join(map(EIGHT_BYTES.format, (1, 65, 129, 193))),
    ),
    "sqlite": ("SET_OF(r.position)", "used"),
}
"""How the databases make a stored set of positions: what is collected, and that as it is stored."""
FACTS = ("last_at", "passed_at", "passed", "days", "used", "since", "counted_on")
REPLACED = {
    "changes": ", ".join(f"{fact} = excluded.{fact}" for fact in FACTS),
    "old": ", ".join(f"usage_habit.{fact}" for fact in FACTS),
    "new": ", ".join(f"excluded.{fact}" for fact in FACTS),
}
HABITS = """
INSERT INTO usage_habit (company, integration, last_at, passed_at, passed, days, used, since, counted_on)
SELECT company, integration, last_at, passed_at, passed, days, {stored},
       (SELECT MIN(day) FROM usage_usage one WHERE one.company = lately.company), %s
FROM (
    SELECT u.company, u.integration, MAX(u.last_at) AS last_at,
           MAX(CASE WHEN u.verdict = '' THEN u.last_at END) AS passed_at,
           SUM(CASE WHEN u.verdict = '' THEN u.count ELSE 0 END) AS passed,
           COUNT(DISTINCT CASE WHEN u.verdict = '' THEN u.day END) AS days, {collected} AS used
    FROM usage_usage u
    LEFT JOIN resources_interfaceresource r ON r.code = u.resource AND u.verdict = ''
    WHERE u.day BETWEEN %s AND %s AND u.company > 0 AND u.integration > 0
    GROUP BY u.company, u.integration
) lately WHERE true
ON CONFLICT (company, integration) DO UPDATE SET {changes}
WHERE ({old}) <> ({new})
"""


def roll_up(today: date, since: date | None = None) -> date:
    """Count the usage of each day that may have changed, and return the first of them.

    Those are the days since the last counted one and two before it, or all ``since`` a day; each
    is counted anew and committed by itself, so that it may run as often as one likes, twice at
    once, and be stopped at any point.
    """
    oldest = today - timedelta(days=settings.LOG_DAYS)
    last = min(counted_until() or oldest, today)
    first = since or max(oldest, last - AGAIN)
    for number in range((today - first).days + 1):
        with _turn():
            _count(first + timedelta(days=number))
            if first + timedelta(days=number) == today:
                count_habits(today)
    _sum_up(first, today)
    return first


@contextmanager
def _turn() -> Iterator[None]:
    """Count what belongs together as one, and nobody else meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # SQLite has let nobody else write since it began
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def _count(day: date) -> None:
    """Count a day of the server's time zone: its log stands in two days of UTC, or their neighbours."""
    start, end, lag = start_of(day), end_of(day), timedelta(seconds=settings.GATEWAY["lag"])
    days = [moment.astimezone(UTC).date() for moment in (start - lag, end + lag)]
    ops = connection.ops
    bounds = [ops.adapt_datetimefield_value(moment) for moment in (start, end)]
    values = [*map(ops.adapt_datefield_value, [day, *days]), *bounds, *bounds]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)


def _sum_up(first: date, today: date) -> None:
    """Sum up every month that may have changed since a day, and those that were never summed.

    The last one that was is summed again: whoever did so may have been stopped before the end.
    """
    known = summed_until() or counted_since() or today
    month = month_of(min(first, known))
    while month <= month_of(today):
        start = month.replace(day=1)
        days = map(connection.ops.adapt_datefield_value, (month, start, month))
        with _turn(), connection.cursor() as cursor:
            cursor.execute(SUM.format(weekday=WEEKDAY[connection.vendor]), [*days])
        month = month_of(month + timedelta(days=1))


def count_habits(today: date) -> None:
    """Say anew how every integration calls; one that has not called for ninety days is forgotten."""
    collected, stored = SET_OF[connection.vendor]
    statement = HABITS.format(collected=collected, stored=stored, **REPLACED)
    days = [connection.ops.adapt_datefield_value(day) for day in (today, today - UNUSED, today)]
    with connection.cursor() as cursor:
        cursor.execute(statement, days)
    Habit.objects.exclude(counted_on=today).delete()


def forget_usage_before(day: date) -> None:
    """Forget the usage of the days before one, and the sums of the months before it."""
    Usage.objects.filter(day__lt=day).delete()
    MonthOfUsage.objects.filter(month__lt=day).delete()
