"""Reading the catalogue's CSV files; whatever is wrong is said with file, line and column."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apps.companies.rules import Role
from apps.resources.models import Sensitivity
from apps.resources.rules import POSITIONS, ResourceSet

FOLDER = Path(__file__).resolve().parent / "csv"
Check = Callable[[str], Any]


@dataclass(frozen=True)
class Problem:
    """One mistake: the file's name, the line counted from 1, the column's name, and why."""

    file: str
    line: int
    column: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}: {self.why}"


class CatalogueError(Exception):
    """The files have mistakes; nothing was loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Row:
    """One line of a file, its cells read."""

    file: str
    line: int
    cells: Mapping[str, Any]

    def problem(self, column: str, why: str) -> Problem:
        """Return a problem in this row."""
        return Problem(self.file, self.line, column, why)


def text(longest: int) -> Check:
    """Return a check that reads a text of some length, which must not be empty."""

    def check(cell: str) -> str:
        if not cell.strip():
            raise ValueError("must not be empty")
        if cell != cell.strip() or "  " in cell or not cell.isprintable():
            raise ValueError("has superfluous spaces or characters that cannot be shown")
        if len(cell) > longest:
            raise ValueError(f"must have at most {longest} characters, not {len(cell)}")
        return cell

    return check


def code(cell: str) -> str:
    """Read a code: lower-case letters and digits, with hyphens or one dot; raises ValueError."""
    if len(cell) > 50 or not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)*", cell):
        raise ValueError(f"must be lower-case letters, digits and hyphens, not {cell!r}")
    return cell


def one_of(*allowed: str) -> Check:
    """Return a check that reads one of some words."""

    def check(cell: str) -> str:
        if cell not in allowed:
            raise ValueError(f"must be one of {', '.join(map(repr, allowed))}, not {cell!r}")
        return cell

    return check


def flag(cell: str) -> bool:
    """Read "true" or "false"; raises ValueError."""
    return bool(one_of("true", "false")(cell) == "true")


def position(cell: str) -> int:
    """Read a position; raises ValueError."""
    if not cell.isascii() or not cell.isdigit() or int(cell) not in POSITIONS:
        raise ValueError(f"must be a number from 0 to {POSITIONS[-1]}, not {cell!r}")
    return int(cell)


def address(cell: str) -> str:
    """Read an https address or nothing; raises ValueError."""
    if cell and (urlsplit(cell).scheme != "https" or not urlsplit(cell).netloc):
        raise ValueError(f"must be an https address or empty, not {cell!r}")
    return cell


LANGUAGES = ("en", "fi", "sv")
NAMES: Mapping[str, Check] = {f"name_{language}": text(150) for language in LANGUAGES}
PURPOSES: Mapping[str, Check] = {f"purpose_{language}": text(1000) for language in LANGUAGES}
COLUMNS: Mapping[str, Mapping[str, Check]] = {
    "sections.csv": {"code": code, **NAMES},
    "groups.csv": {"code": code, "section": code, **NAMES},
    "resources.csv": {
        "position": position,
        "code": code,
        "group": code,
        "method": one_of("GET", "POST"),
        "direction": one_of("import", "export"),
        "per_transaction": flag,
        "owner_role": one_of("", *Role),
        "sensitivity": one_of(*Sensitivity.values),
        "sensitive_because": text(100),
        "doc_url": address,
        **NAMES,
        **PURPOSES,
    },
    "integrations.csv": {
        "code": code,
        **NAMES,
        "vendor": text(150),
        **PURPOSES,
        "available": one_of("all", "needed"),
        "needed": str.split,
        "needs_source": one_of("documented", "derived"),
        "built_in": flag,
    },
}
UNIQUE = {"code", "position"}
REASONS = {"sensitive_because"}
"""What is written for those who review the files, and not stored."""
REFERENCES = (
    ("groups.csv", "section", "sections.csv"),
    ("resources.csv", "group", "groups.csv"),
    ("integrations.csv", "needed", "resources.csv"),
)


@dataclass(frozen=True)
class Files:
    """The four files, read and checked against each other."""

    sections: list[Row]
    groups: list[Row]
    resources: list[Row]
    integrations: list[Row]


def read(folder: Path = FOLDER) -> Files:
    """Read the catalogue; raises CatalogueError with every mistake found."""
    problems: list[Problem] = []
    tables = {name: list(_read_table(folder / name, problems)) for name in COLUMNS}
    if not problems:
        problems += _limited_to_nothing(tables["integrations.csv"])
        for name, column, known in REFERENCES:
            problems += _unknown(tables[name], column, known, tables[known])
    if problems:
        raise CatalogueError(problems)
    return Files(*tables.values())


def needed_set(row: Row, resources: list[Row]) -> ResourceSet:
    """Return the needed resources of an integration's row."""
    positions = {resource.cells["code"]: resource.cells["position"] for resource in resources}
    return ResourceSet(positions[code] for code in row.cells["needed"])


def _read_table(path: Path, problems: list[Problem]) -> Iterator[Row]:
    columns = COLUMNS[path.name]
    seen: dict[tuple[str, Any], int] = {}
    lines = _lines(path, problems)
    if not lines or lines[0][1] != list(columns):
        wanted = ",".join(columns)
        problems.append(Problem(path.name, 1, next(iter(columns)), f"the header must be {wanted}"))
        return
    for line, cells in lines[1:]:
        if len(cells) != len(columns):
            why = f"the row has {len(cells)} cells, not {len(columns)}"
            problems.append(
                Problem(path.name, line, list(columns)[min(len(cells), len(columns) - 1)], why)
            )
            continue
        row = Row(path.name, line, dict(_check_cells(path.name, line, columns, cells, problems)))
        for column in UNIQUE & row.cells.keys():
            first = seen.setdefault((column, row.cells[column]), line)
            if first != line:
                problems.append(
                    row.problem(column, f"{row.cells[column]!r} stands in line {first} already")
                )
        yield row


def _lines(path: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    first = next(iter(COLUMNS[path.name]))
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(path.name, 1, first, f"cannot be read: {error.strerror}"))
        return []
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(path.name, line, first, "is not UTF-8 text"))
        return []
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(path.name, line, first, str(error)))
    return found


def _check_cells(
    file: str, line: int, columns: Mapping[str, Check], cells: list[str], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    for (column, check), cell in zip(columns.items(), cells, strict=True):
        try:
            yield column, check(cell)
        except ValueError as error:
            problems.append(Problem(file, line, column, str(error)))


def _limited_to_nothing(integrations: list[Row]) -> Iterator[Problem]:
    for row in integrations:
        if row.cells["available"] == "needed" and not row.cells["needed"]:
            yield row.problem("needed", "must not be empty where it is all that is available")


def _unknown(
    rows: list[Row], column: str, known_file: str, known_rows: list[Row]
) -> Iterator[Problem]:
    known = {row.cells["code"] for row in known_rows}
    for row in rows:
        cell = row.cells[column]
        for code in cell if isinstance(cell, list) else [cell]:
            if code not in known:
                yield row.problem(column, f"{code!r} is not in {known_file}")
