"""How calls are drawn: pure, one path for each answer, so that a year is small to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BAR, UP, DOWN = 6, 5, 24, 12
"""The room of a bar, its width, and how high accepted and refused calls reach at most."""


@dataclass(frozen=True)
class Drawing:
    """Bars of one integration: accepted calls above a line, refused ones hollow below it."""

    width: int
    height: int
    line: int
    accepted: str
    refused: str


def draw(accepted: Sequence[int], refused: Sequence[int], peak: int) -> Drawing:
    """Draw one bar for each number, all integrations by one ``peak``."""
    scale = UP / max(peak, 1)
    ups = [_bar(place, count, UP, -1, scale) for place, count in enumerate(accepted)]
    downs = [_bar(place, count, UP + 1, 1, scale) for place, count in enumerate(refused)]
    width = max(len(accepted), 1) * WIDTH
    return Drawing(width, UP + DOWN + 2, UP, "".join(ups), "".join(downs))


def peak_of(accepted: Sequence[int], refused: Sequence[int]) -> int:
    """Return the number that reaches to the top, or to the bottom."""
    return max([0, *accepted, *(count * UP // DOWN for count in refused)])


def _bar(place: int, count: int, base: int, way: int, scale: float) -> str:
    """Return a bar that can be seen, however few calls it stands for."""
    if not count:
        return ""
    height = max(1, round(count * scale)) * way
    return f"M{place * WIDTH} {base}v{height}h{BAR}v{-height}z"
