"""Loading files: every mistake is told, and nothing is loaded unless all is right."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from apps.founding import files, services, texts
from apps.founding.files import Line, UnreadableError
from apps.founding.forms import CompanyLine, MemberLine
from apps.founding.management import refuse
from apps.founding.rules import Mistake
from apps.founding.services import OPERATOR, Loaded, Unloadable, Wanted

OFTEN = 1_000
"""After how many lines the progress is shown anew."""
Mistaken = tuple[int, str]
"""In which line there is a mistake, and what is told of it."""


class LoadingCommand(BaseCommand, ABC):
    """Reads a file, checks each line by a form, and all of them against what there is."""

    form: type[CompanyLine | MemberLine]
    columns: Sequence[str]
    needed: Sequence[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=f"CSV with the columns {', '.join(self.columns)}")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell every mistake and load nothing"
        )

    def handle(self, **options: Any) -> None:
        lines, mistakes = self.read(options["file"]), list[Mistaken]()
        asked = list(self.asked(lines, mistakes))
        dry = options["dry_run"] or bool(mistakes)
        try:
            with transaction.atomic():
                made = services.load(OPERATOR, self.wanted(asked), dry=dry)
                if not dry:
                    self.follow_up(made, **options)
        except Unloadable as error:
            mistakes += [(one.line, told(one)) for one in error.mistakes]
        except IntegrityError:
            raise CommandError("Somebody made one at the same moment. Run this again.") from None
        if mistakes:
            raise refuse(text for _line, text in sorted(mistakes))
        count = len(made.companies) + len(made.invitations)
        would = "Would be loaded" if dry else "Loaded"
        self.stdout.write(f"{would}: {count}. There already: {len(asked) - count}.")

    @abstractmethod
    def wanted(self, asked: list[Any]) -> Wanted:
        """Return what is to be there."""

    def follow_up(self, made: Loaded, **options: Any) -> None:
        """Let happen what follows, in the same transaction."""

    def read(self, path: str) -> list[Line]:
        """Return the lines of a file; raises CommandError for one that is no table of ours."""
        try:
            return files.read(path, self.columns, self.needed)
        except UnreadableError as error:
            raise refuse([str(error)]) from None

    def asked(self, lines: list[Line], mistakes: list[Mistaken]) -> Iterator[Any]:
        """Yield what each line asks for; add what is wrong to the mistakes."""
        for count, line in enumerate(lines, start=1):
            form = self.form(line.cells)
            if form.is_valid():
                yield form.asked(line.number)
            for column, messages in form.errors.items():
                at = f"line {line.number}, {column}"
                mistakes += [(line.number, f"{at}: {message}") for message in messages]
            if count % OFTEN == 0:
                self.stdout.write(f"{count} of {len(lines)} lines read", ending="\r")
                self.stdout.flush()


def told(mistake: Mistake) -> str:
    """Return a mistake in words."""
    return f"line {mistake.line}, {mistake.column}: {texts.REFUSALS[mistake.reason]}"  # type: ignore[index]
