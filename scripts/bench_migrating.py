#!/usr/bin/env python3
"""Measure what upgrading 100,000 companies takes: make bench ARGS=migrating.

Run it under with_postgres.py. Makes a large installation, takes back what was added since layout-1
(of an app that is younger, its newest migration), and migrates as an operator does. Prints seconds
beside their budgets, and exits with 1 when one is missed.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from scripts.bench_founding import Installation
from scripts.lint_migrations import LAYOUT_1, is_new
from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent


def before() -> Iterator[tuple[str, str]]:
    """Yield each app that has new migrations, and to which one it goes back."""
    newest: dict[str, int] = {}
    for label, name in MigrationLoader(None).disk_migrations:
        if is_new(label, name):
            newest[label] = max(newest.get(label, 0), int(name.split("_", 1)[0]))
    for label, number in sorted(newest.items()):
        back = LAYOUT_1.get(label, number - 1)
        yield label, f"{back:04}" if back else "zero"


def rows() -> Iterator[Row]:
    """Fill a database, and yield the figures of going back and forth."""
    from scripts.large_world import LARGE, LargeWorld
    from scripts.world import make_database

    make_database()
    LargeWorld(LARGE).fill()
    connection.close()
    large = Installation(f"{LARGE.companies} companies", os.environ["DATABASE_URL"], ROOT)
    for label, back in before():
        yield large.run(f"back to {label} {back}", "migrate", "-v", "0", label, back)
    for said in ("migrate", "migrate again"):
        yield large.run(said, "migrate", "-v", "0")


def main() -> int:
    """Measure, print; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    return report(rows())


if __name__ == "__main__":
    sys.exit(main())
