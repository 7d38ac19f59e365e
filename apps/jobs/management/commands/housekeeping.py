"""What a worker does, once: for installations that use cron."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs import tasks


class Command(BaseCommand):
    help = (
        "Does what is due by the clock, runs the jobs that wait, and ends; for cron, every minute."
    )

    def handle(self, **options: Any) -> None:
        tasks.run_what_waits()
