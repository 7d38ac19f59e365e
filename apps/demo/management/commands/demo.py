"""Load the demo world once, and say how to sign in."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo import services as demo


class Command(BaseCommand):
    help = "Loads the demo world, once, and prints the address and how to sign in."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo world is loaded only where DEMO=on.")
        made = demo.load()
        port = os.environ.get("PORT", "8000")
        self.stdout.write("Demo world loaded." if made else "Demo world is there already.")
        self.stdout.write(f"\n  http://localhost:{port}/   password for all: {demo.PASSWORD}\n")
        for email, (name, roles, _levels, where) in demo.PEOPLE.items():
            places = where[0] if len(where) == 1 else f"{len(where)} companies"
            self.stdout.write(f"  {email:24} {name}: {', '.join(roles) or 'no role'}, {places}")
        self.stdout.write(f"  {demo.STAFF:24} Demo Staff: site administration\n")
