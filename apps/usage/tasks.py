"""What the worker counts."""

from django.utils import timezone
from django_tasks import task

from apps.usage import services


@task(priority=-10)
def roll_up_usage() -> None:
    """Count what was used and refused since it was counted last."""
    services.roll_up(timezone.localdate())
