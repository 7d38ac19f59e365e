#!/usr/bin/env python3
"""Hold one company's row while many press and read in others: make bench ARGS=held.

Run it under with_postgres.py. The people of other companies press and read for a while, then
again while a transaction that does nothing holds one company and eight people press in it.
Prints how long the answers took beside their budgets, and exits with 1 when one is missed.
"""

import http.client
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import chain, cycle
from typing import NamedTuple

import django
import psycopg

from scripts.bench import PORT, server
from scripts.rows import Row, report

PEOPLE, PRESSING, SECONDS = 30, 8, 20.0
"""People in other companies, people who press in the one that is held, and for how long."""
THREADS = 8
"""As many as serve where WEB_THREADS is not set, and by make run."""
PAUSE = 2.0
"""The seconds that somebody looks at an answer."""
TIMES, TOLD = 2.0, 3.0
"""How many times as long as usual others wait at most, and the seconds until one is told."""
HELD = "SELECT FROM companies_company WHERE business_id = %s FOR NO KEY UPDATE"
TOKEN = "c" * 32


class Answer(NamedTuple):
    """How one request was answered, and after how many seconds."""

    status: int
    seconds: float


Work = Callable[[float], Iterator[Answer]]
"""What somebody does until a moment."""


class Person:
    """Somebody who is signed in, on the rights page of one company."""

    def __init__(self, session: str, page: str) -> None:
        self.page = page
        self.cookie = f"sessionid={session}; csrftoken={TOKEN}"

    def read(self) -> Answer:
        """Open the page."""
        return self._ask("GET", self.page)

    def press(self) -> Answer:
        """Allow a resource."""
        return self._ask("POST", f"{self.page}set/", "allow=customer.nv")

    def block(self) -> Answer:
        """Block it again."""
        return self._ask("POST", f"{self.page}set/", "block=customer.nv")

    def work(self, until: float) -> Iterator[Answer]:
        """Press and read until a moment."""
        for step in cycle([self.press, self.read, self.block, self.read]):
            if time.monotonic() > until:
                return
            yield step()
            time.sleep(PAUSE)

    def insist(self, until: float) -> Iterator[Answer]:
        """Press the same until a moment."""
        while time.monotonic() < until:
            yield self.press()
            time.sleep(PAUSE)

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        start = time.perf_counter()
        connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
        kind = "application/x-www-form-urlencoded"
        headers = {"Cookie": self.cookie, "X-CSRFToken": TOKEN, "HX-Request": "true"}
        connection.request(method, path, body or None, {**headers, "Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return Answer(answer.status, time.perf_counter() - start)


def at_once(works: Sequence[Work]) -> list[list[Answer]]:
    """Let all work at once for a while; return the answers of each."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(len(works)) as people:
        return list(people.map(lambda work: list(work(until)), works))


def rows(others: Sequence[Person], held: Person, business_id: str) -> Iterator[Row]:
    """Yield the figures of those elsewhere, and of those who press in the held company."""
    work: list[Work] = [person.work for person in others]
    at_once(work)
    usual = list(chain.from_iterable(at_once(work)))
    with psycopg.connect(os.environ["DATABASE_URL"]) as holder:
        holder.execute(HELD, [business_id])
        found = at_once([*work, *[held.insist] * PRESSING])
    meanwhile = list(chain.from_iterable(found[: len(work)]))
    told = list(chain.from_iterable(found[len(work) :]))
    yield _elsewhere("elsewhere, slowest", usual, meanwhile, max)
    yield _elsewhere("elsewhere, median", usual, meanwhile, statistics.median)
    slowest = max(answer.seconds for answer in told)
    refused = all(answer.status == HTTPStatus.CONFLICT for answer in told)
    said = f"{len(told)} presses, all 409: {refused}, the slowest {slowest:.2f} s, at most {TOLD}"
    yield Row("in the held company", said, refused and slowest <= TOLD)


def _elsewhere(
    name: str,
    usual: Sequence[Answer],
    meanwhile: Sequence[Answer],
    of: Callable[[list[float]], float],
) -> Row:
    before, now = (of([answer.seconds for answer in some]) for some in (usual, meanwhile))
    well = all(answer.status == HTTPStatus.OK for answer in meanwhile)
    said = (
        f"{now:.2f} s of {len(meanwhile)} answers, all 200: {well}, {now / before:.2f} times the"
        f" usual {before:.2f} s, at most {TIMES}"
    )
    return Row(name, said, well and now <= TIMES * before)


def main() -> int:
    """Serve the demo world, hold one of its companies, print; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "scripts.bench_settings"
    django.setup()
    from apps.companies.models import Company
    from scripts.world import make_world, signed_in

    world = make_world()
    who = "tpk@demo.example"
    session = signed_in(who).cookies["sessionid"].value
    others = Company.objects.filter(memberships__user__email=who).exclude(pk=world.company.pk)
    elsewhere = [Person(session, world.page_of(one)) for one in others[:PEOPLE]]
    held = Person(session, world.page)
    with server(THREADS):
        return report(rows(elsewhere, held, world.company.business_id))


if __name__ == "__main__":
    sys.exit(main())
