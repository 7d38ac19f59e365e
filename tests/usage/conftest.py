"""A log to count, and what was counted of it."""

from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from apps.usage.models import ApiRequest, Usage
from apps.usage.services import make_parts, roll_up

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = datetime(2026, 11, 26, tzinfo=HELSINKI).date()
numbers = count(1)


def at(day, hour=12, minute=0):
    """Return a moment of a day of November 2026 by the clock in Helsinki."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HELSINKI)


@pytest.fixture
def log(db):
    """Return a function that writes a request which came at a moment into the log."""

    def log(moment, **facts):
        known = {"company": 1, "owner": 1, "identifier": 2, "integration": 3}
        known |= {"resource": "customer.nv", "unescaped": False, "lag": 0}
        known |= {"day": moment.astimezone(UTC).date(), "request_id": f"{next(numbers)}"}
        known |= facts
        make_parts(known["day"], days=0)
        return ApiRequest.objects.create(at=moment, **known)

    return log


def counted(*fields):
    """Return what was counted, as tuples of some fields and the count."""
    order = ("day", "company", "resource", "verdict")
    return list(Usage.objects.order_by(*order).values_list(*fields, "count"))


def by_day(today=TODAY, **more):
    """Count up to a day; return how much was counted on each, by its number in the month."""
    roll_up(today, **more)
    return {day.day: times for day, times in counted("day")}
