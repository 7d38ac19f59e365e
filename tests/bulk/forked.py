"""A worker in a process of its own, there at once: one that has imported everything is forked."""

import os
from contextlib import contextmanager
from multiprocessing import get_context
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
django.setup()

from apps.bulk.tasks import run  # noqa: E402 - once Django is set up
from tests.races import database  # noqa: E402

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


@contextmanager
def worker(change):
    """Run a bulk change until it is done, or the worker is needed no more."""
    process = PROCESSES.Process(target=run, args=[change.pk])
    with mock.patch.dict(os.environ, DATABASE_URL=database()):
        process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
