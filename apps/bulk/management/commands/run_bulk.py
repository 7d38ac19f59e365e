"""Bulk changes whose server was stopped in the middle."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.bulk import runner
from apps.bulk.models import BulkChange


class Command(BaseCommand):
    help = "Goes on with bulk changes that were started and have not ended; run it as often as you like."

    def handle(self, **options: Any) -> None:
        unfinished = list(BulkChange.objects.unfinished().values_list("pk", flat=True))
        for pk in unfinished:
            runner.run_here(pk)
        self.stdout.write(f"{len(unfinished)} bulk changes run.")
