"""Mails about identifiers that end soon."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.identifiers import reminders


class Command(BaseCommand):
    help = (
        "Reminds owners and user administrators of identifiers that end; run it daily or oftener."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{reminders.send_due()} reminders sent.")
