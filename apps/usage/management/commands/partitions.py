"""Makes the log's parts of the coming days, and drops what is old of the log and of its counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.usage import services


class Command(BaseCommand):
    help = "Makes the parts of the log for the coming days and drops old ones; to be run each day."

    def handle(self, **options: Any) -> None:
        today = datetime.now(UTC).date()
        services.make_parts(today - timedelta(days=1))
        services.forget_before(today - timedelta(days=settings.LOG_DAYS))
        services.forget_usage_before(today - timedelta(days=settings.USAGE_DAYS))
        self.stdout.write(
            f"The log is ready for {services.AHEAD} days and keeps {settings.LOG_DAYS}."
        )
