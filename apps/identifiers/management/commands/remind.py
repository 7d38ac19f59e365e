"""Mails about identifiers that end soon."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.identifiers import tasks


class Command(BaseCommand):
    help = (
        "Reminds owners and user administrators of identifiers that end; run it daily or oftener."
    )

    def handle(self, **options: Any) -> None:
        sent, failed = tasks.send_due()
        self.stdout.write(f"{sent} reminders sent.")
        if failed:
            raise CommandError(f"{failed} reminders failed; the next run tries again.")
