"""What the page of older ways of signing shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.gateway import texts
from apps.gateway.signing import OLDER, Algorithm


@dataclass(frozen=True)
class Line:
    """One older way of signing, and whether the company accepts it."""

    algorithm: Algorithm
    said: str
    accepted: bool


def lines_of(accepted: Mapping[Algorithm, date]) -> list[Line]:
    """Lay out all of them; ``accepted`` has the last day of those that are."""
    return [Line(one, texts.state(accepted.get(one)), one in accepted) for one in OLDER]
