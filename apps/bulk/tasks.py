"""Running bulk changes to their end, in the server or from the command line."""

import logging
import time
from threading import BoundedSemaphore, Thread
from uuid import UUID

from django.db import connection

from apps.bulk.models import BulkChange
from apps.bulk.services import advance

logger = logging.getLogger(__name__)
THREADS = 2
"""One asks the database while the other decides; more would wait for each other."""
AT_MOST = 4
"""Threads of one process for all bulk changes; pages need the other connections of the pool."""
PAUSE = 0.1
"""Seconds until a runner looks again whether others have left it something."""

_slots = BoundedSemaphore(AT_MOST)


def run(pk: UUID) -> None:
    """Go on with a change until nothing is left of it, or until it is stopped."""
    while (ran := advance(pk)) is not None:
        time.sleep(0 if ran else PAUSE)


def in_background(pk: UUID, threads: int = THREADS) -> list[Thread]:
    """Run a change in threads of this process, so that it goes on without a browser.

    They may die with the process, and there are few of them, since each holds a connection:
    the page and ``run_bulk`` go on with what is left.
    """
    free = [_slots.acquire(blocking=False) for _ in range(threads)]
    started = [Thread(target=_run_and_hang_up, args=[pk], daemon=True) for _ in range(sum(free))]
    for thread in started:
        thread.start()
    return started


def run_here(pk: UUID) -> None:
    """Run a change to its end in this thread, with the others beside it."""
    others = in_background(pk, THREADS - 1)
    run(pk)
    for thread in others:
        thread.join()


def run_unfinished() -> int:
    """Go on with all changes that were started and have not ended; return how many there were."""
    unfinished = list(BulkChange.objects.unfinished().values_list("pk", flat=True))
    for pk in unfinished:
        run_here(pk)
    return len(unfinished)


def _run_and_hang_up(pk: UUID) -> None:
    try:
        run(pk)
    except Exception:
        logger.exception("bulk change %s waits for its page or for run_bulk", pk)
    finally:
        connection.close()
        _slots.release()
