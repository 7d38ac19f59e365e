"""Bulk changes whose server was stopped in the middle."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.bulk import tasks


class Command(BaseCommand):
    help = "Goes on with bulk changes that were started and have not ended; run it as often as you like."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{tasks.run_unfinished()} bulk changes run.")
