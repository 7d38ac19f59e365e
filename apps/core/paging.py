"""Pages of a long list, by key: their cost does not grow with what stands before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Exists, Model, Q, QuerySet, Subquery

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")
LONG = 30
"""Lines of a list that are still shown at once; longer ones are folded."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and the key that the next page starts after, if there is one."""

    rows: list[Row]
    next_after: str | None


def page_by(
    rows: QuerySet[Row],
    order: Sequence[str],
    *,
    after: str,
    size: int,
    among: QuerySet[Row] | None = None,
) -> Page[Row]:
    """Return ``size`` rows in an order, those after the row with key ``after``.

    The order is by columns without nulls, "-" before the name of one that falls; the last is the
    key, a unique text. The row with the key is looked for ``among`` more rows if they are given:
    it may have left the filter meanwhile. An unknown key starts at the front.
    """
    key = order[-1]
    ordered = rows.order_by(*order)
    if after:
        last = (rows if among is None else among).filter(**{key: after}).order_by()
        ordered = ordered.filter(_behind(last, order) | ~Exists(last))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], getattr(found[size - 1], key) if more else None)


def _behind(last: QuerySet[Row], order: Sequence[str]) -> Q:
    """Return what stands behind a row in an order, without reading the row first."""
    behind = Q(pk__in=[])
    for column in reversed(order):
        name = column.removeprefix("-")
        value = Subquery(last.values(name)[:1])
        further = Q(**{f"{name}__{'gt' if name == column else 'lt'}": value})
        behind = further | Q(**{name: value}) & behind
    return behind


def page_by_name(rows: QuerySet[Row], *, after: str, size: int) -> Page[Row]:
    """Return a page in the order of names; the rows have ``name_folded`` and ``key``."""
    return page_by(rows, ("name_folded", "key"), after=after, size=size)


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
