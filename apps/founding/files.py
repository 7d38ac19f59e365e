"""The files that operators load and take out: one line for each company or person."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.companies.models import Company, Membership
from apps.companies.rules import stored
from apps.core.csv import BYTE_ORDER_MARK, cell, unguarded
from apps.people.models import Invitation

COMPANIES = ("business_id", "name", "package", "office")
MEMBERS = ("business_id", "email", "name", "roles", "levels", "valid_from", "valid_until")


class UnreadableError(Exception):
    """A file that is no table of ours, with the line and what is wrong there."""

    def __init__(self, line: int, told: str) -> None:
        super().__init__(f"line {line}: {told}")


@dataclass(frozen=True)
class Line:
    """One line of a file, by the names of its columns."""

    number: int
    cells: dict[str, str]


def read(path: str, columns: Sequence[str], needed: Iterable[str]) -> list[Line]:
    """Return the lines of a file, parted by commas or semicolons, in UTF-8.

    Raises UnreadableError.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "The file is not in UTF-8."
        raise UnreadableError(1, str(problem)) from None
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        heads = [one.strip().lower() for one in next(reader, [])]
        _check(heads, columns, needed)
        return list(_lines(reader, heads))
    except csv.Error as error:
        raise UnreadableError(reader.line_num, f"This is no CSV: {error}.") from None


def _check(heads: Sequence[str], columns: Sequence[str], needed: Iterable[str]) -> None:
    known = ", ".join(columns)
    for head in heads:
        if head not in columns:
            raise UnreadableError(1, f"{head!r} is no column. The columns are {known}.")
        if heads.count(head) > 1:
            raise UnreadableError(1, f"The column {head} is there twice.")
    if lacking := [name for name in needed if name not in heads]:
        raise UnreadableError(1, f"Columns are missing: {', '.join(lacking)}.")


def _lines(reader: Any, heads: Sequence[str]) -> Iterator[Line]:
    for row in reader:
        if not any(one.strip() for one in row):
            continue
        if len(row) != len(heads):
            told = f"There are {len(row)} cells where the first line has {len(heads)}."
            raise UnreadableError(reader.line_num, told)
        cells = zip(heads, map(unguarded, row), strict=True)
        yield Line(reader.line_num, dict(cells))


def write(path: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a file that ``read`` reads, for its owner alone, and return how many lines it has."""
    count = 0
    Path(path).touch(mode=0o600)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        writer = csv.writer(file)
        writer.writerow(columns)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - how many there were
            writer.writerow(map(cell, row))
    return count


def row_of_company(company: Company) -> Sequence[object]:
    """Return a company in the columns of its file."""
    office = company.office.name if company.office else ""
    return company.business_id, company.name, company.package, office


def row_of_member(one: Membership | Invitation) -> Sequence[object]:
    """Return a member, or somebody invited, in the columns of their file."""
    who = one.user if isinstance(one, Membership) else one
    grants = one.grants if isinstance(one, Membership) else one.rights.grants
    held = stored(grants)
    levels = " ".join(f"{name}:{level}" for name, level in held["levels"].items())
    moments = [moment and moment.isoformat() for moment in (one.valid_from, one.valid_until)]
    return one.company.business_id, who.email, who.name, " ".join(held["roles"]), levels, *moments
