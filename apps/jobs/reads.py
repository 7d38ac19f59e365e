"""Whether anybody runs jobs, and which wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from apps.jobs.models import Job, Schedule, Worker

SILENT_AFTER = timedelta(minutes=2)


def is_worked() -> bool:
    """Tell whether some worker was seen within the last two minutes."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - SILENT_AFTER).exists()


def workers() -> int:
    """Return how many workers were seen within the last two minutes."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - SILENT_AFTER).count()


def jobs() -> Iterable[tuple[str, str, int, datetime]]:
    """Return how many jobs of each kind and state there are, and when the oldest was queued."""
    kinds = Job.objects.order_by().values_list("task_path", "status")
    return kinds.annotate(Count("pk"), Min("enqueued_at"))


def due() -> Iterable[tuple[str, datetime]]:
    """Return when each schedule is due next."""
    return Schedule.objects.values_list("task", "due_at")
