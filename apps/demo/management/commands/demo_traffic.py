"""Sends ninety days of plausible requests by the demo companies."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo import services as demo
from apps.demo.tasks import make_traffic
from apps.gateway import installation
from apps.gateway.installation import SettingsError


class Command(BaseCommand):
    help = "Asks what demo companies asked in ninety days, or since the last time, and counts it."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Requests are made up only where DEMO=on.")
        if not demo.is_loaded():
            raise CommandError("The demo world is not loaded: run manage.py demo.")
        try:
            here = installation.read(**settings.GATEWAY)
        except SettingsError as error:
            raise CommandError(str(error)) from None
        sent = make_traffic(here, datetime.now(UTC))
        self.stdout.write(f"{sent} demo requests were sent and counted.")
