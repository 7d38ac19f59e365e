"""The worker, which runs what takes longer than an answer."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError

from apps.core.metrics import serve
from apps.jobs import tasks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs jobs as they come, and what is due by the clock; as many as you like may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--beside",
            action="store_true",
            help="end when the process ends that started this one",
        )

    def handle(self, *, beside: bool, **options: Any) -> None:
        serve(settings.WORKER_METRICS)
        try:
            tasks.run(os.getppid() if beside else None)
        except OperationalError:
            logger.exception("The database does not answer: whoever started the worker may again")
            sys.exit(1)
