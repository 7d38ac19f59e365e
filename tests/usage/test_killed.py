"""Counting that is killed, in a process of its own, and the two nights on which clocks change."""

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from apps.usage.models import ApiRequest, Habit, Usage
from apps.usage.services import make_parts, roll_up
from tests.races import database
from tests.usage.conftest import HELSINKI

MANAGE = Path(__file__).parents[2] / "manage.py"
WAITS = "SELECT 1 FROM pg_locks WHERE relation = 'usage_habit'::regclass AND NOT granted"


def of_log():
    """Count the log plainly, each request on the day that it came by the clock in Helsinki."""
    found = ApiRequest.objects.values_list("at", "company")
    return Counter((moment.astimezone(HELSINKI).date(), company) for moment, company in found)


def of_usage():
    """Return what was counted, alike."""
    counted = Counter()
    for day, company, count in Usage.objects.values_list("day", "company", "count"):
        counted[day, company] += count
    return counted


def killed_while_it_counts():
    """Kill a process in the midst of its last day, which is held up meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE usage_habit")
        since = ["--since", f"{ApiRequest.objects.earliest('at').at:%Y-%m-%d}"]
        running = subprocess.Popen(
            [sys.executable, MANAGE, "roll_up_usage", *since],
            env={**os.environ, "DATABASE_URL": database()},
        )
        waits = False
        while not waits:
            assert running.poll() is None
            time.sleep(0.02)
            cursor.execute(WAITS)
            waits = cursor.fetchone() is not None
        running.kill()
        running.wait(20)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="processes race on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_what_is_killed_midway_ends_with_the_sums_of_the_log(log):
    now = datetime.now(UTC)
    make_parts(now.date() - timedelta(days=9), days=12)
    for number in range(300):
        log(now - timedelta(hours=number % 200), company=1 + number % 7)
    killed_while_it_counts()
    today = now.astimezone(HELSINKI).date()
    left = of_log() - of_usage()
    assert left
    assert {day for day, _company in left} == {today}
    roll_up(today)
    assert of_usage() == of_log()
    assert sum(Habit.objects.values_list("passed", flat=True)) == 300


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_the_nights_on_which_clocks_change_are_counted_as_the_log_has_them(log, day, hours):
    make_parts(day - timedelta(days=3), days=6)
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=12)
    for number in range(48 * 4):
        log(first + timedelta(minutes=15 * number, seconds=number % 2))
    roll_up(day + timedelta(days=2))
    assert of_usage() == of_log()
    assert of_usage()[day, 1] == hours * 4
