"""Keeping jobs going: retried, taken over from workers that are gone, begun by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus

from apps.jobs.models import Job, Schedule, Worker
from apps.jobs.rules import GONE_AFTER, next_try

AT_ONCE = 1_000
"""How many jobs are looked at in one transaction."""


def tend(schedules: Mapping[str, timedelta]) -> None:
    """Put every job in its place again; to be done every second or so, by any number of workers."""
    take_over()
    retry()
    begin(schedules)


@transaction.atomic
def retry() -> None:
    """Let jobs that failed wait for their next try, with their last error."""
    failed = Job.objects.failed().select_for_update(skip_locked=True).order_by("-finished_at")
    for job in failed.filter(enqueued_at__gt=timezone.now() - timedelta(days=1))[:AT_ONCE]:
        again = next_try(queued=job.enqueued_at, failed=job.finished_at, tries=len(job.worker_ids))
        if again:
            job.status, job.run_after = TaskResultStatus.READY, again
            job.save(update_fields=["status", "run_after"])


@transaction.atomic
def take_over() -> None:
    """Let the jobs that a worker had in hand when it was killed run again at once."""
    now = timezone.now()
    alive = set(Worker.objects.filter(seen_at__gt=now - GONE_AFTER).values_list("name", flat=True))
    for job in Job.objects.running().select_for_update(skip_locked=True)[:AT_ONCE]:
        if job.worker_ids[-1] not in alive:
            job.status, job.run_after = TaskResultStatus.READY, now
            job.save(update_fields=["status", "run_after"])


def begin(schedules: Mapping[str, timedelta]) -> None:
    """Queue what is due by the clock, each once however many workers ask."""
    now = timezone.now()
    due = dict(Schedule.objects.values_list("task", "due_at"))
    for task, every in schedules.items():
        if task not in due or due[task] <= now:
            _begin(task, now, now + every)


@transaction.atomic
def _begin(task: str, now: datetime, following: datetime) -> None:
    """Queue a task unless another worker did, or its last job has not ended yet."""
    _schedule, is_new = Schedule.objects.get_or_create(task=task, defaults={"due_at": following})
    due = Schedule.objects.filter(task=task, due_at__lte=now)
    if not is_new and due.update(due_at=following):
        ended = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
        if not Job.objects.filter(task_path=task).exclude(status__in=ended).exists():
            import_string(task).enqueue()


def see(name: str) -> None:
    """Tell the others that a worker is alive, and forget those that ended long ago."""
    now = timezone.now()
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
    Worker.objects.update_or_create(name=name, defaults={"seen_at": now})


def take_leave(name: str) -> None:
    """Tell the others that a worker ends, so that nobody waits for it."""
    Worker.objects.filter(name=name).delete()
