"""Prints the keys of the demo world."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo import services as demo


class Command(BaseCommand):
    help = "Prints the demo identifiers' and the integrations' keys as JSON, for demo data only."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Keys are printed only where DEMO=on.")
        if not demo.is_loaded():
            raise CommandError("The demo world is not loaded: run manage.py demo.")
        self.stdout.write(json.dumps(demo.credentials(), indent=2, ensure_ascii=False))
