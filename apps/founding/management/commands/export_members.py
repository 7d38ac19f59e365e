"""Writes the members into a file that import_members reads."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.founding import files, reads
from apps.founding.files import MEMBERS


class Command(BaseCommand):
    help = "Writes all members into a CSV file, in the columns that import_members reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, **options: Any) -> None:
        rows = map(files.row_of_member, reads.all_members())
        count = files.write(options["file"], MEMBERS, rows)
        self.stdout.write(f"Written: {count}.")
