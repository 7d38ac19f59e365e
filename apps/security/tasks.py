"""What the worker does about the security record."""

from django_tasks import task

from apps.security.models import SecurityEvent


@task
def forget() -> None:
    """Delete the events that have been kept long enough."""
    SecurityEvent.objects.all().forget_old()
