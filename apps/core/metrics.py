"""What is counted for whoever watches the server: answers by pattern, never by address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPMethod
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

SECONDS = Histogram(
    "rights_request_seconds",
    "Seconds that answers took, by pattern of address and status.",
    ["method", "route", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STATEMENTS = Counter("rights_statements", "Statements that requests asked of the database.")
POOL_WAITS = Counter("rights_pool_waits", "Requests that waited for a connection of the pool.")
POOL_SECONDS = Counter("rights_pool_wait_seconds", "Seconds that they waited.")
MAILS = Counter("rights_mails", "Mails, by what became of them.", ["outcome"])
for outcome in ("sent", "failed"):
    MAILS.labels(outcome)  # from nought on: a rate does not see how a line begins
BULK_COMPANIES = Counter("rights_bulk_companies", "Companies that bulk changes came to.")
COUNTED: list[Collector] = [
    SECONDS, STATEMENTS, POOL_WAITS, POOL_SECONDS, MAILS, BULK_COMPANIES
]  # fmt: skip


def count_answer(method: str | None, route: str, status: int, seconds: float) -> None:
    """Count an answer; what is no method of HTTP counts as one."""
    known = method if method in HTTPMethod.__members__ else "other"
    SECONDS.labels(known, route, status).observe(seconds)


def count_waits(pool: ConnectionPool | None) -> None:
    """Count who waited for a connection since this was asked last; SQLite has no pool."""
    if pool is not None:
        found = pool.pop_stats()
        POOL_WAITS.inc(found.get("requests_queued", 0))
        POOL_SECONDS.inc(found.get("requests_wait_ms", 0) / 1_000)


@contextmanager
def counting_mail() -> Iterator[None]:
    """Count a mail that is sent meanwhile: as sent, or as failed, which raises as ever."""
    try:
        yield
    except Exception:
        MAILS.labels("failed").inc()
        raise
    MAILS.labels("sent").inc()


def serve(port: int) -> None:
    """Let Prometheus read what this process counts, from beside it alone; nobody on port 0."""
    if port:
        start_http_server(port, addr="127.0.0.1")


def exposed(facts: Collector) -> bytes:
    """Return what all processes of this server counted, and some facts, as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(facts)
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # there is one process alone
        for one in COUNTED:
            registry.register(one)
    return generate_latest(registry)
