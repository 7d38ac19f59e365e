"""How integrations call is said with what is counted: what is usual, what was used, since when."""

from datetime import timedelta
from random import Random

import pytest

from apps.resources.services import sync
from apps.resources.models import InterfaceResource
from apps.usage.models import Habit, Usage
from apps.usage.rules import UNUSED
from apps.usage.services import count_habits, roll_up
from tests.usage.conftest import TODAY, at

pytestmark = pytest.mark.django_db


def habit():
    """Return what is said, but when it was counted."""
    [one] = Habit.objects.values("company", "integration", "passed", "days", "used", "last_at")
    return one


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
    chance, codes = Random(5), list(InterfaceResource.objects.order_by("code").values_list("code", "position"))
    for ago in chance.sample(range(130), 60):
        for code, _ in chance.sample(codes, 4):
            verdict = chance.choice(["", "", "paused"])
            usage(ago, code, verdict, chance.randrange(9), integration=chance.choice([3, 4, 5]))
    count_habits(TODAY)
    kept = Usage.objects.filter(day__gte=TODAY - UNUSED)
    for one in Habit.objects.all():
        mine = kept.filter(integration=one.integration)
        passed = list(mine.filter(verdict=""))
        assert set(one.used) == {dict(codes)[use.resource] for use in passed}
        assert (one.passed, one.days) == (sum(u.count for u in passed), len({u.day for u in passed}))
        assert (one.last_on, one.since) == (max(u.day for u in mine), min(u.day for u in Usage.objects.all()))
