"""What runs beside the answers: counts of refusals are added to the table every few seconds."""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections

from apps.gateway.services import tally
from apps.usage import services as usage

EVERY = 5
"""Seconds."""
logger = logging.getLogger(__name__)
_started = threading.Event()


def add_refusals() -> None:
    """Add what this process has counted; what cannot be added now is counted on."""
    counted = tally.take()
    if not counted:
        return
    try:
        usage.add_refusals(counted)
    except Exception:
        tally.put_back(counted)
        logger.exception("Refusals could not be counted")


def add_refusals_for_ever() -> None:
    """Do so every few seconds, once in a process however often it is asked for."""
    if _started.is_set():
        return
    _started.set()
    threading.Thread(target=_go_on, name="refusals", daemon=True).start()


def _go_on() -> None:
    while True:
        time.sleep(EVERY)
        close_old_connections()
        add_refusals()
        close_old_connections()
