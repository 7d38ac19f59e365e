"""What the page of older ways of signing shows, and whoever watches the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.gateway import texts
from apps.gateway.signing import OLDER, Algorithm


@dataclass(frozen=True)
class Line:
    """One older way of signing, and whether the company accepts it."""

    algorithm: Algorithm
    said: str
    accepted: bool


def lines_of(accepted: Mapping[Algorithm, date]) -> list[Line]:
    """Lay out all of them; ``accepted`` has the last day of those that are."""
    return [Line(one, texts.state(accepted.get(one)), one in accepted) for one in OLDER]


@dataclass(frozen=True)
class Watched(Collector):
    """What the database knows of the service, as Prometheus reads it."""

    now: datetime
    workers: int
    jobs: Iterable[tuple[str, str, int, datetime]]
    due: Iterable[tuple[str, datetime]]
    signing_in: Iterable[tuple[str, int]]
    size: int

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield GaugeMetricFamily("rights_workers", "Workers seen for 2 minutes.", self.workers)
        yield GaugeMetricFamily("rights_database_bytes", "Size of the database.", self.size)
        counted = GaugeMetricFamily(
            "rights_jobs", "Jobs by kind and state.", None, ["task", "status"]
        )
        oldest = GaugeMetricFamily(
            "rights_oldest_job_seconds", "Age of the oldest of them.", None, ["task", "status"]
        )
        for task, status, count, since in self.jobs:
            counted.add_metric([task, status], count)
            oldest.add_metric([task, status], (self.now - since).total_seconds())
        late = GaugeMetricFamily(
            "rights_schedule_late_seconds", "How late what the clock begins is.", None, ["task"]
        )
        for task, due in self.due:
            late.add_metric([task], (self.now - due).total_seconds())
        signing = GaugeMetricFamily(
            "rights_security_events", "Events of the last hour, by kind.", None, ["verb"]
        )
        for verb, count in self.signing_in:
            signing.add_metric([verb], count)
        yield from (counted, oldest, late, signing)
