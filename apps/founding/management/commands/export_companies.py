"""Writes the companies into a file that import_companies reads."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.founding import files, reads
from apps.founding.files import COMPANIES


class Command(BaseCommand):
    help = "Writes all companies into a CSV file, in the columns that import_companies reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, **options: Any) -> None:
        rows = map(files.row_of_company, reads.all_companies())
        count = files.write(options["file"], COMPANIES, rows)
        self.stdout.write(f"Written: {count}.")
