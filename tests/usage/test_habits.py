"""How integrations call is said with what is counted: what is usual, what was used, since when."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from apps.resources.models import InterfaceResource
from apps.resources.services import sync
from apps.usage.models import Habit, Usage
from apps.usage.rules import UNUSED
from apps.usage.services import count_habits, roll_up
from tests.usage.conftest import TODAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def usage():
    """Return a function that counts calls of a day, so many days ago."""

    def usage(ago, resource="customer.nv", verdict="", calls=1, **facts):
        day = TODAY - timedelta(days=ago)
        known = {"company": 1, "integration": 3, "identifier": 2, "last_at": at(1)} | facts
        key = {"day": day, "resource": resource, "verdict": verdict}
        return Usage.objects.create(**key, count=calls, **known)

    return usage


def test_random_usage_is_said_as_a_plain_reading_says_it(usage):
    sync()
    positions = dict(InterfaceResource.objects.values_list("code", "position"))
    chance = Random(5)  # noqa: S311 - the same usage in every run
    for ago in chance.sample(range(130), 60):
        for code in chance.sample(sorted(positions), 4):
            verdict = chance.choice(["", "", "paused"])
            usage(ago, code, verdict, chance.randrange(9), integration=chance.choice([3, 4, 5]))
    count_habits(TODAY)
    for one in Habit.objects.all():
        mine = Usage.objects.filter(integration=one.integration, day__gte=TODAY - UNUSED)
        passed = list(mine.filter(verdict=""))
        assert set(one.used) == {positions[use.resource] for use in passed}
        assert one.passed == sum(use.count for use in passed)
        assert one.days == len({use.day for use in passed})
    assert {one.since for one in Habit.objects.all()} == {min(Usage.objects.values_list("day"))[0]}


def test_late_rows_and_counting_again_are_right(log):
    for day in (20, 24, 26):
        log(at(day))
    roll_up(TODAY)
    once = list(Habit.objects.values())
    roll_up(TODAY)
    assert list(Habit.objects.values()) == once
    log(at(25))
    log(at(26, 13), failed="right", reason="paused")
    roll_up(TODAY)
    [one] = Habit.objects.all()
    assert (one.passed, one.days, one.passed_at, one.last_at) == (4, 4, at(26), at(26, 13))
    roll_up(TODAY + timedelta(days=85))
    [one] = Habit.objects.all()
    assert (one.passed, one.days, one.since) == (3, 3, at(20).date())
    roll_up(TODAY + timedelta(days=91))
    assert not Habit.objects.exists()


def test_it_is_counted_with_usage_or_neither_is(log):
    log(at(26))
    with connection.execute_wrapper(broken), pytest.raises(ZeroDivisionError):
        roll_up(TODAY)
    assert not Usage.objects.exists()
    roll_up(TODAY)
    assert (Usage.objects.count(), Habit.objects.count()) == (1, 1)


def broken(execute, sql, params, many, context):
    """Fail where habits are counted."""
    if "INSERT INTO usage_habit" in sql:
        raise ZeroDivisionError
    return execute(sql, params, many, context)
