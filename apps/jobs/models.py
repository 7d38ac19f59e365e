"""Who runs jobs, what is due by the clock, and the library's jobs under a name of ours."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet


class Job(DBTaskResult):  # type: ignore[type-arg]
    """A job as site staff see it; what it is about are numbers, never anything secret."""

    objects: ClassVar[models.Manager[DBTaskResult[Any, Any]]] = DBTaskResultQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.task_name

    @property
    def tries(self) -> int:
        """How often it was begun."""
        return len(self.worker_ids)

    @property
    def last_error(self) -> str:
        """What its last try ended with, in a line; empty if nothing went wrong."""
        return self.traceback.strip().rpartition("\n")[2]


class Worker(models.Model):
    """A process that runs jobs, and when it was last seen alive."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """A task that is due by the clock, and when next."""

    task = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.task
