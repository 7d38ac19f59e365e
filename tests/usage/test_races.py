"""Counting twice at once, over real connections."""

import threading

import pytest
from django.db import connection, connections, transaction

from apps.usage.services import LOCK, roll_up
from tests.races import at_once
from tests.usage.conftest import TODAY, at, counted

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_at_once_count_everything_once(log):
    for day in (24, 25, 26):
        for company in range(1, 40):
            log(at(day), company=company)
    roll_up(TODAY)
    for company in range(1, 40):
        log(at(26), company=company)
    at_once(*[lambda: roll_up(TODAY)] * 4)
    assert {times for (_day, times) in counted("day")} == {1, 2}
    assert sum(times for (times,) in counted()) == 4 * 39


def test_one_waits_for_the_other(log):
    log(at(26))
    done = threading.Event()

    def count():
        roll_up(TODAY)
        done.set()
        connections.close_all()

    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        thread = threading.Thread(target=count)
        thread.start()
        assert not done.wait(0.5)
    assert done.wait(20)
    thread.join(20)
    assert counted() == [(1,)]
