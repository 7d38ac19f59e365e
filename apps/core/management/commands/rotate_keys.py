"""Encrypts stored secrets anew under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import rotation


class Command(BaseCommand):
    help = (
        "Encrypts every stored secret anew under the first key of FIELD_KEYS. Stop it and run it"
        " again as you like; remove an old key only after a run that left nothing."
    )

    def handle(self, **options: Any) -> None:
        unreadable = []
        for column, rotating in rotation.rotations():
            report = rotation.Report(column)
            for report in rotating:
                done = report.rotated + report.current
                self.stdout.write(f"{report.column}: {done} done", ending="\r")
                self.stdout.flush()
            self.stdout.write(
                f"{report.column}: {report.rotated} encrypted anew, {report.current} were current,"
                f" {len(report.unreadable)} left"
            )
            unreadable += [f"{report.column} of row {pk}" for pk in report.unreadable]
        if unreadable:
            raise CommandError("No key in FIELD_KEYS opens: " + ", ".join(unreadable))
