"""Measured figures beside their budgets."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure, as it is said, and whether it keeps its budget."""

    name: str
    said: str
    holds: bool

    def __str__(self) -> str:
        return f"{self.name:28} {self.said}  {'holds' if self.holds else 'MISSES'}"


def report(rows: Iterable[Row]) -> int:
    """Print the rows and return the exit status: 1 when a budget is missed."""
    rows = list(rows)
    print(*rows, sep="\n")
    return int(not all(row.holds for row in rows))
