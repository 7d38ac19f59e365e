#!/usr/bin/env python3
"""Measure replays, the pages of calls and the counting at full size: make bench ARGS=calls.

Run it under with_postgres.py. Makes a thousand client companies with ten million rows of usage
and a log of five million requests, which takes some eight minutes. Prints figures beside their
budgets with the machine's load, and exits with 1 when one is missed.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

from scripts.bench_gateway import ANSWERS, BASE, GATEWAY, SECRET
from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
LOGGED, NEW = 5_000_000, 1_000_000
REPLAY, TIMEOUT, CONFIRMATION, PAGE = 2.0, 5.0, 0.3, 1.0
"""At most so many seconds for a replay in a thousand companies, for any statement, and for pages."""
CALLS_STATEMENTS, CHECK_STATEMENTS, CALLS_BYTES = 8, 6, 40_000
COUNTED, MEGABYTES, BESIDE = 60.0, 200.0, 0.7
"""Counting: at most so many seconds and so much memory, and what it leaves of the endpoint's rate."""
SLICE = 0.5
MANAGE = [sys.executable, str(ROOT / "manage.py")]
HOME = "/companies/0000001-0/"


def load() -> str:
    """Return how busy the machine is, to be read beside a figure."""
    return f"load {os.getloadavg()[0]:.1f}"


def longest(statements: Any) -> float:
    """Return how many seconds the slowest of some statements took."""
    return max(float(one["time"]) for one in statements)


class Person:
    """Who administers a thousand client companies, in a browser that is signed in."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from apps.accounts.models import User
        from apps.companies.access import OfficeAccess
        from scripts.calls_world import COMPANIES

        self.user = User.objects.get(pk=COMPANIES + 1)
        self.access = OfficeAccess(self.user)
        self.client = Client(HTTP_HOST="localhost", headers={"Accept-Encoding": "gzip"})
        self.client.force_login(self.user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def opened(self, address: str) -> tuple[float, Any, int]:
        """Return how many seconds a page takes, its statements and its bytes; it is opened twice."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.client.get(address)
        with CaptureQueriesContext(connection) as asked:
            start = time.perf_counter()
            answer = self.client.get(address)
            taken = time.perf_counter() - start
        assert answer.status_code == 200, (address, answer.status_code)
        return taken, asked, len(answer.content)

    def page(self, name: str, address: str, seconds: float, most: int) -> tuple[Row, int]:
        """Return the row of a page, and its bytes."""
        times, counts, sizes = zip(
            *((taken, len(asked), size) for taken, asked, size in self._rounds(address)),
            strict=True,
        )
        middle, count = statistics.median(times), max(counts)
        said = f"{1000 * middle:.0f} ms, at most {1000 * seconds:.0f}; "
        said += f"{count} statements, at most {most}; {load()}"
        return Row(name, said, middle <= seconds and count <= most), max(sizes)

    def _rounds(self, address: str) -> Iterator[tuple[float, Any, int]]:
        return (self.opened(address) for _ in range(ROUNDS))

    def draft(self, **wish: Any) -> Any:
        """Return a bulk change of all companies that is to be checked."""
        from apps.bulk import services
        from apps.companies.models import Company
        from apps.resources.rules import EVERYTHING

        known = {"chosen": "all", "resources": EVERYTHING, "reason": "measured", **wish}
        return services.draft(self.access, Company.objects.all(), **known)


def preview(person: Person, name: str, change: Any) -> Iterator[Row]:
    """Yield what a preview costs: its replay, the whole page, and the slowest statement."""
    from apps.bulk import reads

    times = []
    for _ in range(ROUNDS):
        mine, catalogue = reads.own_with_catalogue(person.access, change.pk)
        checked = reads.check(person.access, mine, catalogue)
        start = time.perf_counter()
        lost = reads.would_refuse(person.access, mine, checked, catalogue)
        times.append(time.perf_counter() - start)
    taken, asked, _size = person.opened(f"/office/rights/{change.pk}/")
    middle, slowest = statistics.median(times), longest(asked)
    said = f"{middle:.2f} s more in {len(lost)} companies, at most {REPLAY}; {load()}"
    yield Row(f"preview, {name}", said, middle <= REPLAY)
    said = (
        f"{taken:.2f} s in {len(asked)} statements, the slowest {slowest:.2f} s, at most {TIMEOUT}"
    )
    yield Row("  its page", said, taken <= TIMEOUT)


def previews(person: Person) -> Iterator[Row]:
    """Yield what the previews of changes of all companies cost."""
    from apps.bulk import services, tasks
    from apps.resources.models import Integration
    from scripts.calls_world import integrations

    one = Integration.objects.get(pk=integrations()[0])
    drafts = {
        "one integration": person.draft(action="block", integration=one),
        "everything": person.draft(action="block", everywhere=True),
    }
    for name, change in drafts.items():
        yield from preview(person, name, change)
    for action in ("block", "allow"):
        done = person.draft(action=action, integration=one)
        services.start(done)
        tasks.run(done.pk)
    yield from preview(person, "put back", services.put_back(person.access, done, "measured"))


def pages(person: Person) -> Iterator[Row]:
    """Yield what the pages of one company cost, with few and with many integrations."""
    from apps.companies.models import Company
    from apps.usage.models import ApiRequest
    from scripts.world import fill

    question = f"{HOME}interface-resources/block-traffic/"
    yield person.page("before all is blocked", question, CONFIRMATION, CALLS_STATEMENTS)[0]
    company, calls = Company.objects.get(pk=1), f"{HOME}calls/"
    own = company.listings.exclude(integration=None).order_by("integration")
    own.filter(pk__in=list(own.values_list("pk", flat=True)[1:])).delete()
    for listings in (1, 20):
        fill(company, listings + 1)
        row, size = person.page(f"calls, {listings} listed", calls, PAGE, CALLS_STATEMENTS)
        yield row
        said = f"{size} bytes compressed, at most {CALLS_BYTES}"
        yield Row("  its size", said, size <= CALLS_BYTES)
    refused = ApiRequest.objects.filter(company=1).exclude(reason="").order_by("at")
    for name, request in (("an old", refused[0]), ("a new", refused.reverse()[0])):
        address = f"{calls}check/?request={request.request_id}"
        yield person.page(f"check {name} request", address, PAGE, CHECK_STATEMENTS)[0]


class Endpoint:
    """The gateway's question, asked in this process."""

    def __init__(self) -> None:
        from netvisor_rights import gateway_wsgi
        from scripts.calls_world import COMPANIES
        from scripts.gateway_world import Asked

        self.some, self.next = Asked.some(5_000, COMPANIES), 0
        self.ask: Callable[..., Any] = gateway_wsgi.application

    def rate(self) -> float:
        """Return how often a second it is answered, for a moment."""
        environ = {"PATH_INFO": ANSWERS["decision"], "REQUEST_METHOD": "GET", "REMOTE_ADDR": "-"}
        environ |= {"HTTP_X_GATEWAY_SECRET": SECRET}
        asked, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < SLICE:
            one = self.some[(self.next + asked) % len(self.some)]
            known = environ | one.headers(BASE) | {"HTTP_X_ORIGINAL_URI": one.target}
            self.ask(known, lambda *_: lambda _data: None)
            asked += 1
        self.next += asked
        return asked / spent


def counting(endpoint: Endpoint) -> Iterator[Row]:
    """Yield what it costs to count new requests, and what it leaves of the endpoint's rate."""
    before = [endpoint.rate() for _ in range(10)]
    start, meanwhile = time.perf_counter(), []
    known = {**os.environ, "PROCESS": "worker"}
    running = subprocess.Popen(
        [*MANAGE, "roll_up_usage"], cwd=ROOT, env=known, stdout=subprocess.DEVNULL
    )
    while running.poll() is None:
        meanwhile.append(endpoint.rate())
    taken = time.perf_counter() - start
    after = [endpoint.rate() for _ in range(10)]
    assert running.returncode == 0
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    said = f"{taken:.1f} s for {NEW} new requests, at most {COUNTED:.0f}; {load()}"
    yield Row("counting", said, taken <= COUNTED)
    yield Row("  memory", f"{memory:.0f} MB, at most {MEGABYTES:.0f}", memory <= MEGABYTES)
    alone, beside = statistics.median(before + after), statistics.median(meanwhile)
    said = f"{beside:.0f} a second meanwhile, {alone:.0f} before and after; "
    said += f"{beside / alone:.2f}, at least {BESIDE}"
    yield Row("  endpoint", said, beside >= BESIDE * alone)


def main() -> int:
    """Make the world, measure, print; return the exit status."""
    os.environ |= {**GATEWAY, "DJANGO_SETTINGS_MODULE": "netvisor_rights.settings"}
    django.setup()
    from apps.usage.services import roll_up
    from scripts.calls_world import CallsWorld
    from scripts.world import make_database

    make_database()
    world = CallsWorld()
    world.fill()
    world.log(LOGGED)
    from django.utils import timezone

    roll_up(timezone.localdate())
    person, endpoint = Person(), Endpoint()
    rows = [*previews(person), *pages(person)]
    world.log(NEW, days=1)
    return report([*rows, *counting(endpoint)])


if __name__ == "__main__":
    sys.exit(main())
