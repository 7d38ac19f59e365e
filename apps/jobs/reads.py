"""Whether anybody runs jobs."""

from datetime import timedelta

from django.utils import timezone

from apps.jobs.models import Worker

SILENT_AFTER = timedelta(minutes=2)


def is_worked() -> bool:
    """Tell whether some worker was seen within the last two minutes."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - SILENT_AFTER).exists()
