"""How often something may be tried, and how many may wait for their turn.

Tries are counted in the cache, which all processes share; turns are of one process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from threading import BoundedSemaphore

from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone
from psycopg.errors import LockNotAvailable


class Full(Exception):  # noqa: N818 - what happened, in the words of the house
    """Something was tried too often; ``free_at`` is when it can be tried again."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at.isoformat())
        self.free_at = free_at


class Busy(Exception):  # noqa: N818 - what happened, in the words of the house
    """Too many want the same at once; in a moment there is room again."""


class Turns:
    """So many do something at once, a few more wait for a turn, and not for long."""

    def __init__(self, *, at_once: int, waiting: int, seconds: float) -> None:
        self._inside, self._turn = BoundedSemaphore(at_once + waiting), BoundedSemaphore(at_once)
        self._seconds = seconds

    @contextmanager
    def take(self) -> Iterator[None]:
        """Take a turn; raises Busy when too many wait already, or none came in time."""
        if not self._inside.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=self._seconds):
                raise Busy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._inside.release()


def is_held(error: OperationalError) -> bool:
    """Tell whether a statement gave up since somebody else holds a row, or all of SQLite."""
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", None)
    return isinstance(cause, LockNotAvailable) or name == "SQLITE_BUSY"


@dataclass(frozen=True)
class Limit:
    """So many places, each taken for a while; counted for each ``who`` apart.

    A place is taken before the try and given back if that was right, so that no number of tries
    at the same moment gets past it.
    """

    name: str
    places: int
    lasts: timedelta

    def take(self, *who: str) -> str:
        """Take a place and return its key; raises Full when there is none."""
        keys = self._keys(*who)
        end = (timezone.now() + self.lasts).timestamp()
        taken = cache.get_many(keys)
        for key in keys:
            if key not in taken and cache.add(key, end, self.lasts.total_seconds()):
                return key
        raise Full(datetime.fromtimestamp(min(taken.values(), default=end), UTC))

    def forget(self, *who: str) -> None:
        """Give back all places that somebody took."""
        cache.delete_many(self._keys(*who))

    def _keys(self, *who: str) -> list[str]:
        digest = hashlib.sha256("\n".join(who).encode()).hexdigest()
        return [f"{self.name}:{digest}:{place}" for place in range(self.places)]


def give_back(taken: Iterable[str]) -> None:
    """Let places that were taken be taken again."""
    cache.delete_many(list(taken))


def network_of(address: str) -> str:
    """Return what counts as one address: somebody with IPv6 has a whole network of them."""
    return str(ip_network((address, 64 if ":" in address else 32), strict=False))
