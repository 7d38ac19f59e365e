"""Running jobs, and forgetting those that are over."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.utils.crypto import get_random_string
from django_tasks import task

from apps.core import mails
from apps.jobs import services

EVERY = 1.0
"""Seconds between looking for jobs while there are none, and between looks at the clock."""
KEPT_DAYS, FAILED_KEPT_DAYS = 2, 30
logger = logging.getLogger(__name__)


def run(parent: int | None = None) -> None:
    """Run jobs until the process is told to end, or the one that started it has ended.

    The job in hand is finished first; told again, it ends at once, and another worker takes over.
    """
    with at_work(parent) as name:
        call_command("db_worker", queue_name="*", worker_id=name, interval=EVERY, reload=False)


def run_what_waits() -> None:
    """Run what is due by the clock and what waits, and end."""
    with at_work() as name:
        call_command("db_worker", queue_name="*", worker_id=name, batch=True, startup_delay=False)


@contextmanager
def at_work(parent: int | None = None) -> Iterator[str]:
    """Look at the clock, and be seen alive, beside what this thread does; yield a worker's name."""
    name, ends = f"{os.getpid()}-{get_random_string(16)}", Event()
    look(name)
    clock = Thread(target=_watch, args=[name, ends, parent], name="clock", daemon=True)
    clock.start()
    try:
        yield name
    finally:
        ends.set()
        clock.join()
        mails.line.hang_up()
        services.take_leave(name)


def look(name: str) -> None:
    """Be seen alive, and put every job in its place."""
    services.see(name)
    services.tend(settings.SCHEDULES)


def _watch(name: str, ends: Event, parent: int | None) -> None:
    while not ends.wait(EVERY):
        if parent not in (None, os.getppid()):
            os.kill(os.getpid(), signal.SIGTERM)
            return
        try:
            look(name)
        except Error:
            logger.exception("The database does not answer; jobs wait for it")
        finally:
            connection.close()
        mails.line.hang_up_if_idle()


@task
def forget() -> None:
    """Drop jobs that are over; those that were given up are kept a month for site staff."""
    days = {"min_age_days": KEPT_DAYS, "failed_min_age_days": FAILED_KEPT_DAYS}
    call_command("prune_db_task_results", queue_name="*", verbosity=0, **days)
