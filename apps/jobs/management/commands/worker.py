"""The worker, which runs what takes longer than an answer."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.jobs import tasks


class Command(BaseCommand):
    help = "Runs jobs as they come, and what is due by the clock; as many as you like may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--beside",
            action="store_true",
            help="end when the process ends that started this one",
        )

    def handle(self, *, beside: bool, **options: Any) -> None:
        tasks.run(os.getppid() if beside else None)
