#!/usr/bin/env python3
"""Measure how files of companies and people are loaded: make bench ARGS=founding.

Run it under with_postgres.py; SQLite is measured beside it, in a folder that is gone afterwards.
Each command is a process of its own, as operators run it. Prints seconds by the clock and those
of the processor, which say more where others use the machine too, beside their budgets, and exits
with 1 when one is missed.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import django

from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
MANY = int(os.environ.get("BENCH_LINES", "20000"))
LARGE = 5 * MANY
BUDGET = 60.0
"""Seconds for a file of 20,000 lines, and for a command that reads none."""


class Installation:
    """A database of its own, on which commands are run one after the other."""

    def __init__(self, name: str, url: str, files: Path) -> None:
        self.name, self.files = name, files
        self.known = {**os.environ, "DATABASE_URL": url}

    def run(self, said: str, *words: str, budget: float = BUDGET) -> Row:
        """Run a command and say how long it took; raises CalledProcessError if it fails."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.known, check=True, stdout=subprocess.DEVNULL)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime - before.ru_utime
        found = f"{seconds:.1f} s, {used:.1f} of the processor, at most {budget:.0f}"
        return Row(f"{self.name}: {said}", found, seconds <= budget)

    def load(self, what: str, lines: int) -> Iterator[Row]:
        """Load a file thrice: only to look, in earnest, and when everything is there."""
        words = [f"import_{what}", f"{self.files}/{what}-{lines}.csv"]
        words += ["--site", "https://rights.example"] if what == "members" else []
        yield self.run(f"{lines} {what}, dry run", *words, "--dry-run")
        yield self.run(f"{lines} {what}", *words)
        yield self.run(f"{lines} {what} again", *words)


def write(files: Path, lines: int) -> None:
    """Write a file of companies and one of a person for each."""
    from scripts.world import business_ids

    with (files / f"companies-{lines}.csv").open("w") as companies:
        companies.write("business_id,name,package\n")
        for n, one in enumerate(islice(business_ids(), lines)):
            companies.write(f"{one},Company {n} Oy,core\n")
    with (files / f"members-{lines}.csv").open("w") as members:
        members.write("business_id,email,name,roles,levels\n")
        for n, one in enumerate(islice(business_ids(), lines)):
            members.write(f"{one},person{n}@new.example,Person {n},KH,all:edit\n")


def rows(files: Path) -> Iterator[Row]:
    """Yield the figures of both databases, and of a hundred thousand companies on PostgreSQL."""
    postgres = Installation("PostgreSQL", os.environ["DATABASE_URL"], files)
    sqlite = Installation("SQLite", f"sqlite:///{files}/rights.sqlite3", files)
    for one in (postgres, sqlite):
        yield one.run("migrate", "migrate", "-v", "0")
        for what in ("companies", "members"):
            yield from one.load(what, MANY)
    words = ["import_companies", f"{files}/companies-{LARGE}.csv"]
    yield postgres.run(f"{LARGE} companies", *words, budget=LARGE / MANY * BUDGET)
    for words in (["migrate"], ["sync_catalog"], ["export_companies", f"{files}/out.csv"]):
        yield postgres.run(f"{words[0]} then", *words)


def main() -> int:
    """Write the files, load them, print; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        for lines in (MANY, LARGE):
            write(Path(folder), lines)
        return report(rows(Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
