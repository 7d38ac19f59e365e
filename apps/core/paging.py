"""Pages of a long list, by key: their cost does not grow with what stands before them."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and the key that the next page starts after, if there is one."""

    rows: list[Row]
    next_after: str | None


def page_by_name(rows: QuerySet[Row], *, after: str, size: int) -> Page[Row]:
    """Return ``size`` rows in the order of their names, those after the row with key ``after``.

    The rows have ``name_folded`` and ``key``, a unique text. An unknown key starts at the front.
    """
    ordered = rows.order_by("name_folded", "key")
    if after and (last := rows.filter(key=after).first()):
        name: str = last.name_folded  # type: ignore[attr-defined]
        ordered = ordered.filter(Q(name_folded__gt=name) | Q(name_folded=name, key__gt=after))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], found[size - 1].key if more else None)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class NumberedPage(Generic[Thing]):
    """Some rows, newest first, and the number that older ones come before, if there are any."""

    rows: list[Thing]
    older: int | None


def page_by_number(rows: QuerySet[Row], *, older: int | None, size: int) -> NumberedPage[Row]:
    """Return ``size`` rows from the highest primary key down, of those below ``older``."""
    ordered = rows.order_by("-pk")
    if older is not None:
        ordered = ordered.filter(pk__lt=older)
    found = list(ordered[: size + 1])
    return NumberedPage(found[:size], found[size - 1].pk if len(found) > size else None)
