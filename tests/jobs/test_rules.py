"""When a job that failed is tried again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from apps.jobs.rules import next_try

QUEUED = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_pauses_double_up_to_an_hour():
    pauses = [next_try(queued=QUEUED, failed=QUEUED, tries=n) - QUEUED for n in range(1, 30)]
    assert [pause.total_seconds() for pause in pauses[:4]] == [10, 20, 40, 80]
    assert all(later >= sooner for sooner, later in pairwise(pauses))
    assert pauses[-1] == HOUR


def test_nothing_is_tried_for_more_than_a_day():
    assert next_try(queued=QUEUED, failed=QUEUED + 22 * HOUR, tries=40) == QUEUED + 23 * HOUR
    assert next_try(queued=QUEUED, failed=QUEUED + 24 * HOUR, tries=40) is None
