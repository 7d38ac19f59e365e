"""Bring the stored catalogue in line with its files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.resources.files import FOLDER, CatalogueError
from apps.resources.services import sync


class Command(BaseCommand):
    help = "Loads the catalogue: upserts by code, retires what vanished, deletes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="say what differs, load nothing")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the CSV files are")

    def handle(self, *, check: bool, folder: Path, **options: Any) -> None:
        try:
            report = sync(folder, check=check)
        except CatalogueError as error:
            raise CommandError(str(error)) from None
        counts = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.retired)} retired"
        if check and report:
            raise CommandError(f"The catalogue differs from its files: {counts}.")
        self.stdout.write(f"Catalogue: {counts}.")
