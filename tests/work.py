"""Running the jobs that wait, in the test's own process and transaction."""

from django.core import mail
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

WORKER = {
    "queue_names": ["*"],
    "excluded_queue_names": [],
    "interval": 0,
    "batch": True,
    "backend_name": "default",
    "startup_delay": False,
    "max_tasks": None,
    "worker_id": "of the test",
}


def work():
    """Run what waits as a worker does, which would close the connection of the test."""
    worker = Worker(**WORKER)
    while job := DBTaskResult.objects.ready().first():
        job.claim(worker.worker_id)
        worker.run_task(job)


def mails():
    """Return all mails that went out so far, once those that wait are sent."""
    work()
    return mail.outbox
