"""Running bulk changes to their end, in jobs or from the command line."""

import time
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django_tasks import task

from apps.bulk import services
from apps.bulk.models import BulkChange

IN_ONE_JOB = 20
"""Seconds that a job goes on with a change, so that others get their turn."""
PAUSE, PATIENCE = 0.1, 5
"""Seconds between looks at what others have in hand, and until a job leaves that to a later one."""
FORSAKEN = timedelta(seconds=30)
"""How long a change does not move until somebody goes on with it."""


@task(priority=10)
def go_on(change: str) -> None:
    """Go on with a change for a while; what is left then is for another job, in its turn."""
    moved = begun = time.monotonic()
    while (ran := services.advance(UUID(change))) is not None:
        now = time.monotonic()
        if ran:
            moved = now
        elif now > moved + PATIENCE:
            return
        if now > begun + IN_ONE_JOB:
            go_on.using(priority=0).enqueue(change)
            return
        _pause(ran)


@task
def go_on_with_forsaken() -> None:
    """Go on with changes that nobody moves: their worker was killed, or others held what is left."""
    unfinished = BulkChange.objects.unfinished().filter(moved_at__lt=timezone.now() - FORSAKEN)
    for pk in unfinished.values_list("pk", flat=True):
        go_on.enqueue(str(pk))


@task
def forget_drafts() -> None:
    """Let the drafts go that nobody starts."""
    services.forget_drafts()


def run(pk: UUID) -> None:
    """Go on with a change until nothing is left of it, or until it is stopped."""
    while (ran := services.advance(pk)) is not None:
        _pause(ran)


def _pause(ran: int) -> None:
    """Wait for what others have in hand, or let them in who wait for a whole database (SQLite)."""
    in_the_way = ran == services.BATCH and not connection.features.has_select_for_update
    if in_the_way or not ran:
        time.sleep(PAUSE)


def run_unfinished() -> int:
    """Go on with all changes that were started and have not ended; return how many there were."""
    unfinished = list(BulkChange.objects.unfinished().values_list("pk", flat=True))
    for pk in unfinished:
        run(pk)
    return len(unfinished)
