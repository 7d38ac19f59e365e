"""Running bulk changes to their end, in the server or from the command line."""

import logging
import time
from threading import Thread
from uuid import UUID

from django.db import connection

from apps.office.bulk.services import advance

logger = logging.getLogger(__name__)
STEP = 2.0
"""Seconds between two looks at whether it was stopped."""
PAUSE = 0.05
"""Seconds left to others between two steps."""


def run(pk: UUID) -> None:
    """Go on with a change until nothing is left of it, or until it is stopped."""
    while advance(pk, STEP):
        time.sleep(PAUSE)


def in_background(pk: UUID) -> None:
    """Run a change in a thread of this process, so that it goes on without a browser.

    The thread may die with the process: the page and ``run_bulk`` go on with what is left.
    """
    Thread(target=_run_and_hang_up, args=[pk], name=f"bulk-{pk}", daemon=True).start()


def _run_and_hang_up(pk: UUID) -> None:
    try:
        run(pk)
    except Exception:
        logger.exception("bulk change %s waits for its page or for run_bulk", pk)
    finally:
        connection.close()
