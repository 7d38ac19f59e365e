"""What was used and refused is counted day by day: once, whenever it was written."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.usage.models import ApiRequest, MonthOfUsage, Unauthenticated, Usage
from apps.usage.services import Refused, add_refusals, roll_up
from tests.usage.conftest import TODAY, at, by_day, counted


def test_requests_are_counted_by_all_that_tells_them_apart(log):
    log(at(26, 9))
    log(at(26, 11))
    log(at(26), resource="voucher.nv")
    log(at(26), failed="right", reason="blocked_for_integration")
    log(at(26), company=7)
    log(at(26), company=None, failed="company", reason="no_such_company")
    roll_up(TODAY)
    assert counted("company", "resource", "verdict") == [
        (0, "customer.nv", "no_such_company", 1),
        (1, "customer.nv", "", 2),
        (1, "customer.nv", "blocked_for_integration", 1),
        (1, "voucher.nv", "", 1),
        (7, "customer.nv", "", 1),
    ]
    assert Usage.objects.get(company=1, resource="customer.nv", verdict="").last_at == at(26, 11)


def test_refusals_of_strangers_are_counted_with_them(log):
    log(at(26))
    hours = {Refused(at(26, hour), "wrong_signature", 2, 3, 1): 4 for hour in (8, 15)}
    add_refusals({**hours, Refused(at(25, 23), "malformed"): 2})
    roll_up(TODAY)
    assert counted("day", "company", "verdict") == [
        (date(2026, 11, 25), 0, "malformed", 2),
        (date(2026, 11, 26), 1, "wrong_signature", 8),
        (date(2026, 11, 26), 1, "", 1),
    ]
    assert Usage.objects.get(verdict="wrong_signature").last_at == at(26, 15)


def test_a_day_begins_at_midnight_in_helsinki(log):
    for moment in (at(24, 23, 59), at(25, 0, 0), at(25, 1, 59), at(25, 2, 0), at(25, 23, 59)):
        log(moment)
    log(at(26, 0, 0))
    assert by_day() == {24: 1, 25: 4, 26: 1}


def test_a_request_counts_on_the_day_that_it_came_whatever_day_it_was_signed(log):
    log(at(25, 2, 1), day=date(2026, 11, 24))  # signed before midnight in UTC
    log(at(25, 1, 58), day=date(2026, 11, 25))  # by a clock that is ahead
    assert by_day() == {25: 2}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_a_day_on_which_clocks_change_has_all_its_hours(db, day, hours):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=4)
    add_refusals({Refused(start + timedelta(hours=hour), "stranger"): 1 for hour in range(30)})
    roll_up(day)
    assert Usage.objects.get(day=day).count == hours


def test_counting_again_changes_nothing(log):
    for day in (24, 25, 25, 26):
        log(at(day))
    once = by_day()
    before = list(Usage.objects.order_by("day").values())
    assert by_day() == once == {24: 1, 25: 2, 26: 1}
    assert list(Usage.objects.order_by("day").values()) == before


def test_what_was_written_late_is_counted_too(log):
    log(at(26))
    assert by_day() == {26: 1}
    for day in (24, 25, 26):
        log(at(day))
    assert by_day() == {24: 1, 25: 1, 26: 2}


def test_what_was_written_later_still_is_counted_when_somebody_says_since_when(log):
    log(at(26))
    by_day()
    log(at(12))
    assert by_day() == {26: 1}
    assert by_day(since=date(2026, 11, 12)) == {12: 1, 26: 1}


def test_days_on_which_nobody_counted_are_made_up_for(log):
    log(at(2))
    by_day(date(2026, 11, 2))
    for day in (3, 9, 26):
        log(at(day))
    assert by_day() == {2: 1, 3: 1, 9: 1, 26: 1}


def test_a_clock_that_is_ahead_keeps_nothing_from_being_counted(log):
    log(at(27))
    assert by_day() == {}
    add_refusals({Refused(at(30), "stranger"): 1})
    assert by_day(date(2026, 11, 30)) == {27: 1, 30: 1}
    log(at(26))
    assert by_day() == {26: 1, 27: 1, 30: 1}


def test_the_whole_log_is_not_read_again(log, settings):
    log(at(26))
    first = roll_up(TODAY)
    assert first == TODAY - timedelta(days=settings.LOG_DAYS)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert roll_up(TODAY) == TODAY - timedelta(days=2)
    assert sum("FROM usage_apirequest" in query["sql"] for query in asked) == 3


def test_what_was_counted_of_a_day_stays_when_its_log_is_dropped(log):
    for _ in range(3):
        log(at(25))
    assert by_day() == {25: 3}
    ApiRequest.objects.all().delete() if connection.vendor == "sqlite" else _empty()
    log(at(25))
    assert by_day() == {25: 3}


def _empty():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE usage_apirequest")


def test_the_commands_count_and_forget(db, settings):
    today = timezone.localdate()
    for days in (0, settings.USAGE_DAYS, settings.USAGE_DAYS + 2):
        Usage.objects.create(
            company=1,
            integration=1,
            identifier=1,
            resource="",
            verdict="",
            day=today - timedelta(days=days),
            count=1,
            last_at=timezone.now(),
        )
    add_refusals({Refused(timezone.now() - timedelta(days=settings.LOG_DAYS + 2), "stranger"): 1})
    said = StringIO()
    call_command("partitions", stdout=said)
    call_command("roll_up_usage", stdout=said)
    assert {(today - day).days for (day, _count) in counted("day")} == {0, settings.USAGE_DAYS}
    assert not Unauthenticated.objects.exists()
    assert f"from {today - timedelta(days=2)} to {today}" in said.getvalue()


class KilledError(Exception):
    """The process ends here."""


def test_one_that_is_stopped_midway_is_made_up_for_by_the_next(log):
    for day in (24, 25, 26):
        log(at(day))
    asked = []

    def kill(execute, sql, params, many, context):
        asked.append("usage_apirequest" in sql)
        if sum(asked) == 100:  # of the first run: all days but the last
            raise KilledError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill), pytest.raises(KilledError):
        roll_up(TODAY)
    assert {day.day: times for day, times in counted("day")} == {24: 1}
    assert by_day() == {24: 1, 25: 1, 26: 1}


def months():
    """Return what was summed up of each month: calls, days, and the first and last of them."""
    rows = MonthOfUsage.objects.order_by("month").values_list("count", "days", "first", "last")
    return [(*numbers, first.day, last.day) for *numbers, first, last in rows]


def test_months_are_summed_up_of_what_passed(log):
    for day in (2, 3, 3, 9):
        log(at(day))
    log(at(9), failed="right", reason="blocked_for_integration")
    roll_up(TODAY)
    log(at(1))
    roll_up(TODAY, since=at(1).date())
    assert months() == [(5, 4, 1, 9)]
    [month] = MonthOfUsage.objects.all()
    assert (month.month, month.weekday, month.last_weekday) == (date(2026, 11, 30), 0, 2)


def test_months_that_were_never_summed_up_are_made_up_for(log):
    log(at(2))
    log(at(26))
    roll_up(TODAY)
    MonthOfUsage.objects.all().delete()
    december = date(2026, 12, 5)
    roll_up(december, since=december)
    assert months() == [(2, 2, 2, 26)]


@pytest.mark.django_db
def test_refusals_are_added_all_or_none():
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with pytest.raises(IntegrityError):
        add_refusals({Refused(hour, "malformed"): 1, Refused(hour, "stranger"): -1})
    assert not Unauthenticated.objects.exists()
