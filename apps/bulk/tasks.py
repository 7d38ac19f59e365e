"""Running bulk changes to their end, in the server or from the command line."""

import logging
import time
from threading import Thread
from uuid import UUID

from django.db import connection

from apps.bulk.models import BulkChange
from apps.bulk.services import advance

logger = logging.getLogger(__name__)
PAUSE = 0.1
"""Seconds until a runner looks again whether others have left it something."""


def run(pk: UUID) -> None:
    """Go on with a change until nothing is left of it, or until it is stopped."""
    while (ran := advance(pk)) is not None:
        time.sleep(0 if ran else PAUSE)


def in_background(pk: UUID) -> None:
    """Run a change in a thread of this process, so that it goes on without a browser."""
    Thread(target=_run_and_hang_up, args=[pk], daemon=True).start()


def run_unfinished() -> int:
    """Go on with all changes that were started and have not ended; return how many there were."""
    unfinished = list(BulkChange.objects.unfinished().values_list("pk", flat=True))
    for pk in unfinished:
        run(pk)
    return len(unfinished)


def _run_and_hang_up(pk: UUID) -> None:
    try:
        run(pk)
    except Exception:
        logger.exception("bulk change %s waits for run_bulk", pk)
    finally:
        connection.close()
