"""Mails about identifiers that end soon."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.identifiers import tasks

EVERY = 3
"""Seconds between two lines of progress."""


class Command(BaseCommand):
    help = "Reminds owners and user administrators of identifiers that end; a worker does it by itself."

    def handle(self, **options: Any) -> None:
        tasks.note_due()
        self._told = time.monotonic()
        sent, failed = tasks.send(told=self.tell)
        self.stdout.write(f"{sent} reminders sent.")
        if failed:
            raise CommandError(f"{failed} reminders failed; the next run tries again.")

    def tell(self, sent: int) -> None:
        """Say every few seconds how many went out."""
        if time.monotonic() > self._told + EVERY:
            self._told = time.monotonic()
            self.stdout.write(f"{sent} reminders sent so far.")
