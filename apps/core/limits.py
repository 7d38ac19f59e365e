"""How often something may be tried: counted in the cache, which all workers share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from django.core.cache import cache
from django.utils import timezone


class Full(Exception):  # noqa: N818 - what happened, in the words of the house
    """Something was tried too often; ``free_at`` is when it can be tried again."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at.isoformat())
        self.free_at = free_at


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
