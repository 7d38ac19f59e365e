#!/usr/bin/env python3
"""Measure a bulk change of 1,000 companies and 20 resources: make bench.

Run it under with_postgres.py. Kills a worker in the middle first and lets another go on, then
checks that every company was changed once, in its rights and in the audit. The time and the
statements are those of one worker, once the change is started. Exits with 1 when a budget is
missed.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
COMPANIES, RESOURCES, ROUNDS = 1_000, 20, 5
SECONDS, STATEMENTS = 2.0, 1.2
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def started(person: Any, action: str) -> Any:
    """Return a bulk change of all companies that was started."""
    from apps.companies.models import Company
    from scripts.world import start_bulk

    return start_bulk(person, Company.objects.all(), range(RESOURCES), action)


def run() -> subprocess.Popen[bytes]:
    """Run what was started in a process of its own; return it."""
    return subprocess.Popen([*MANAGE, "run_bulk"], cwd=ROOT, stdout=subprocess.DEVNULL)


def check(change: Any) -> None:
    """Exit unless each company was changed once."""
    from apps.audit.models import AuditEvent
    from apps.resources.models import Listing

    states = list(change.items.values_list("state", flat=True))
    assert states == ["done"] * COMPANIES, set(states)
    events = AuditEvent.objects.filter(bulk_id=change.pk)
    assert events.count() == events.values("company_id").distinct().count() == COMPANIES
    allowed = {len(listing.allowed) for listing in Listing.objects.all()}
    assert allowed == {RESOURCES if change.action == "allow" else 0}, allowed


def survive(person: Any) -> None:
    """Kill a runner in the middle and let the next go on; exits unless that ends well."""
    change = started(person, "allow")
    runner = run()
    while change.items.exclude(state="waiting").count() < COMPANIES // 5:
        time.sleep(0.02)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    print(f"killed after {change.items.exclude(state='waiting').count()} of {COMPANIES} companies")
    while change.items.filter(state="waiting").exists():
        assert run().wait() == 0
    check(change)
    print("the next runner went on: every company once")


def cost(person: Any, action: str) -> tuple[float, float]:
    """Return what a change of all companies costs: seconds, and statements a company."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.bulk.tasks import run

    change = started(person, action)
    with CaptureQueriesContext(connection) as statements:
        start = time.perf_counter()
        run(change.pk)
        taken = time.perf_counter() - start
    check(change)
    return taken, len(statements) / COMPANIES


def row(label: str, figures: Sequence[float], most: float, unit: str) -> Row:
    """Return the figures beside what is allowed."""
    middle = statistics.median(figures)
    spread = f"min {min(figures):.2f}  median {middle:.2f}  max {max(figures):.2f}"
    return Row(label, f"{spread}  {unit}, at most {most}", middle <= most)


def main() -> int:
    """Kill and go on, then measure, and print; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    from scripts.world import make_clients, make_database

    make_database()
    person = make_clients(COMPANIES)
    survive(person)
    rounds = [cost(person, ("block", "allow")[number % 2]) for number in range(ROUNDS)]
    times, statements = zip(*rounds, strict=True)
    what = f"s for {COMPANIES} companies x {RESOURCES} resources"
    return report(
        [
            row("bulk", times, SECONDS, what),
            row("bulk", statements, STATEMENTS, "statements a company"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
