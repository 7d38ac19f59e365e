#!/usr/bin/env python3
"""Judge the migrations that were added since layout-1: may a server run while they do?

Run it under with_postgres.py: what is judged is PostgreSQL's SQL. Whatever the linter knows is an
error here, its warnings too: an index on a table that exists is made concurrently, or refused.
"""

import os
import sys

import django
from django.apps import apps

LAYOUT_1 = {
    "accounts": 3,
    "audit": 2,
    "bulk": 3,
    "companies": 3,
    "gateway": 1,
    "identifiers": 2,
    "jobs": 1,
    "people": 1,
    "resources": 2,
    "usage": 2,
}
"""The number of each app's last migration when its tables were first served; none runs again."""
IGNORED = {
    "RUNPYTHON_ARGS_NAMING_CONVENTION": "how arguments are named harms nobody who is served",
    "RUNPYTHON_MODEL_VARIABLE_NAME": "nor how a variable is",
}
"""Checks of the linter that are not asked for, and why."""


def is_new(label: str, name: str) -> bool:
    """Return whether a migration is one of ours that layout-1 has not."""
    ours = apps.get_app_config(label).name.startswith("apps.")
    return ours and int(name.split("_", 1)[0]) > LAYOUT_1.get(label, 0)


def main() -> int:
    """Print what is unsafe, and return 1 if anything is."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "netvisor_rights.settings"
    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        exclude_migration_tests=IGNORED, all_warnings_as_errors=True, quiet=["ok"], no_cache=True
    )
    for (label, name), migration in sorted(linter.migration_loader.disk_migrations.items()):
        if is_new(label, name):
            linter.lint_migration(migration)
    linter.print_summary()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main())
