#!/usr/bin/env python3
"""Measure every page of a large installation beside a small one: make bench ARGS=large.

Run it under with_postgres.py. Makes two databases and opens each page in both in turn, so that
whatever else the machine does falls on both alike; checks how many statements a page asks, how
long they are and how they find their rows. Prints figures beside their budgets, and exits with 1
when one is missed.
"""

import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import django
import psycopg

from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
LAST_PAGE = 1.2
"""How much longer the last page of a list may take than its first."""
SEARCHED = 0.3
"""Seconds that a list of the administration may take, searched or not."""
FILES = ("serves office/csv/", "serves office/csv/?sort=attention", "crowded history/csv/")
"""The files that have thousands of rows; a small installation's say nothing about them."""
FILLED, FIRST_BYTE, WHOLE_FILE = 120.0, 0.2, 3.0
"""At most so many seconds to make the data, until a file begins, and until it ends."""


def url_of(name: str) -> str:
    """Return the address of one of the databases."""
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")


class Installation:
    """A process that opens pages of one database whenever it is asked."""

    def __init__(self, name: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        command = [sys.executable, "-W", "ignore", "-m", "scripts.bench_large", name]
        known = {**os.environ, "DATABASE_URL": url_of(name)}
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, env=known, **pipes)
        self.seconds, self.pages = self._line()

    def _line(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, what: str, name: str) -> Any:
        """Open a page by its name: ``time`` it, or ``look`` at its statements."""
        assert self.process.stdin
        print(json.dumps([what, name]), file=self.process.stdin, flush=True)
        return self._line()


def serve(name: str) -> None:
    """Fill a database, say how long that took and how many pages there are, then open them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    logging.disable(logging.INFO)  # what is measured is read by people, not a line a request
    from scripts.large_world import LARGE, SMALL, LargeWorld
    from scripts.plans import Visitors
    from scripts.world import make_database

    make_database()
    world = LargeWorld(LARGE if name == "large" else SMALL)
    start = time.perf_counter()
    world.fill()
    seconds, visitors = time.perf_counter() - start, Visitors(world.people)
    pages = {page.name: page for page in world.pages()}
    known = {name: vars(page) for name, page in pages.items()}
    print(json.dumps([seconds, known]), flush=True)
    for line in sys.stdin:
        what, name = json.loads(line)
        print(json.dumps(getattr(visitors, what)(pages[name])), flush=True)


class Figures:
    """What the pages of the large installation cost, beside the same of the small one."""

    def __init__(self, large: Installation, small: Installation) -> None:
        self.large, self.small = large, small

    def rows(self) -> Iterator[Row]:
        """Yield the figures of every page, beside its budgets."""
        made = self.large.seconds
        yield Row("made in", f"{made:.0f} s, at most {FILLED:.0f}", made <= FILLED)
        for name, page in self.large.pages.items():
            looked = self.large.ask("look", name)
            found = "; ".join([looked["said"], *looked["faults"]])
            yield Row(name, found, not looked["faults"])
            yield self._time(name, page)

    def _time(self, name: str, page: Mapping[str, Any]) -> Row:
        if page["first"] is not None:
            first = f"{page['who']} {page['first']}"
            own, other = self._both(name, first, self.large)
            return _ratio("  last page", own, other, LAST_PAGE, "the first")
        if name not in self.small.pages:
            return Row("  time", "none such in the small installation", holds=True)
        own, other = self._both(name, name, self.small)
        if page["who"] == "staff" and not page["rest"].endswith(("change/", "add/")):
            said = f"{own['whole']:.3f} s, at most {SEARCHED}"
            return Row("  time", said, own["whole"] <= SEARCHED)
        if name in FILES:
            begins, whole = own["first"], own["whole"]
            said = f"begins after {begins:.3f} s, ends after {whole:.2f} s"
            most = f"at most {FIRST_BYTE} and {WHOLE_FILE}"
            return Row("  file", f"{said}, {most}", begins <= FIRST_BYTE and whole <= WHOLE_FILE)
        return _ratio("  time", own, other, page["budget"], "the small one's")

    def _both(self, name: str, other: str, where: Installation) -> Sequence[Mapping[str, float]]:
        """Return the medians of two pages that are opened in turn."""
        rounds = [(self.large.ask("time", name), where.ask("time", other)) for _ in range(ROUNDS)]
        return [
            {key: statistics.median(one[n][key] for one in rounds) for key in ("first", "whole")}
            for n in (0, 1)
        ]


def _ratio(
    name: str, own: Mapping[str, float], other: Mapping[str, float], budget: float, of: str
) -> Row:
    ratio = own["whole"] / other["whole"]
    said = f"{1000 * own['whole']:.0f} ms, {ratio:.2f} times {of} {1000 * other['whole']:.0f} ms"
    return Row(name, f"{said}, at most {budget}" if budget else said, not budget or ratio <= budget)


def main() -> int:
    """Make both installations, measure, print; return the exit status."""
    small, large = Installation("small"), Installation("large")
    try:
        return report(Figures(large, small).rows())
    finally:
        for one in (small, large):
            one.process.terminate()
            one.process.wait(10)


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(sys.argv[1])
    else:
        sys.exit(main())
