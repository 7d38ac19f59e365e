"""Counts of the log what was used and refused, day by day."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.usage import services


class Command(BaseCommand):
    help = "Counts what was used and refused on each day; to be run every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DAY",
            help="count everything from this day on anew, as 2026-01-31",
        )

    def handle(self, *, since: date | None, **options: Any) -> None:
        today = timezone.localdate()
        first = services.roll_up(today, since)
        self.stdout.write(f"Usage is counted from {first} to {today}.")
