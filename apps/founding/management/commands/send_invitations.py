"""Mails the invitations of site staff that were held back, or that no mail server took."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.founding import services, tasks
from apps.founding.management import add_site, site_of


class Command(BaseCommand):
    help = "Mails every invitation of site staff that was not mailed; it lasts 7 days from now."

    def add_arguments(self, parser: CommandParser) -> None:
        add_site(parser)

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        site = site_of(options["site"])
        count, expires = services.hold_no_longer()
        if count:
            tasks.send_waiting.enqueue(expires.isoformat(), site)
        self.stdout.write(f"The worker mails {count} invitations.")
