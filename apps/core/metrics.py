"""What is counted of answers, for whoever watches the server: by pattern, never by address."""

from __future__ import annotations

from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SECONDS = Histogram(
    "rights_request_seconds",
    "Seconds that answers took, by pattern of address and status.",
    ["method", "route", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STATEMENTS = Counter("rights_statements", "Statements that requests asked of the database.")


def count_answer(method: str | None, route: str, status: int, seconds: float) -> None:
    """Count an answer; what is no method of HTTP counts as one."""
    known = method if method in HTTPMethod.__members__ else "other"
    SECONDS.labels(known, route, status).observe(seconds)


def exposed(facts: Collector) -> bytes:
    """Return what all processes of this server counted, and some facts, as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(facts)
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # there is one process alone
        registry.register(SECONDS)
        registry.register(STATEMENTS)
    return generate_latest(registry)
