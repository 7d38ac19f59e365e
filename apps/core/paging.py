"""Pages of a long list, by key: their cost does not grow with what stands before them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")
Key = Sequence[Any]
"""The values of a row in the columns that its list is ordered by."""
BLOCK = 500
LONG = 30
"""Lines of a list that are still shown at once; longer ones are folded."""


@dataclass(frozen=True)
class Page(Generic[Thing]):
    """Some rows of a list, and the key that the next page starts after, if there is one."""

    rows: Sequence[Thing]
    next_key: Key | None


def page_by(
    rows: QuerySet[Row], order: Sequence[str], *, after: Key | None, size: int
) -> Page[Row]:
    """Return ``size`` rows in an order, those behind a key, whether its row is still there or not.

    The order is by columns without nulls, "-" before the name of one that falls; together they
    are unique.
    """
    ordered = rows.order_by(*order)
    if after is not None:
        ordered = ordered.filter(_behind(after, order))
    found = list(ordered[: size + 1])
    more = len(found) > size
    return Page(found[:size], _key(found[size - 1], order) if more else None)


def page_of(
    keys: Mapping[Thing, Key], order: Sequence[str], *, after: Key | None, size: int
) -> Page[Thing]:
    """Return the same of things whose keys are known already, in their order."""
    behind = [
        thing for thing, key in keys.items() if after is None or _is_behind(key, after, order)
    ]
    shown, more = behind[:size], len(behind) > size
    return Page(shown, keys[shown[-1]] if more else None)


def blocks(rows: QuerySet[Row], order: Sequence[str]) -> Iterator[Sequence[Row]]:
    """Yield all rows in an order as ``page_by`` knows it, block by block.

    Between two blocks no connection to the database is held, however slowly they are taken.
    """
    page: Page[Row] = Page([], ())
    after: Key | None = None
    while page.next_key is not None:
        page = page_by(rows, order, after=after, size=BLOCK)
        after = page.next_key
        let_go()
        yield page.rows


def let_go() -> None:
    """Hold no connection to the database for now, unless a transaction lasts."""
    if not connection.in_atomic_block:
        connection.close()


def _behind(key: Key, order: Sequence[str]) -> Q:
    """Return the condition to stand behind a key; its first part is a range for an index."""
    name, value = order[0].removeprefix("-"), key[0]
    further = "gt" if name == order[0] else "lt"
    beyond = Q(**{f"{name}__{further}": value})
    if len(order) == 1:
        return beyond
    return Q(**{f"{name}__{further}e": value}) & (beyond | _behind(key[1:], order[1:]))


def _is_behind(key: Key, other: Key, order: Sequence[str]) -> bool:
    """Tell the same of two keys as ``_behind`` does in a query."""
    for value, known, name in zip(key, other, order, strict=True):
        if value != known:
            return bool(value > known) != name.startswith("-")
    return False


def _key(row: Model, order: Sequence[str]) -> Key:
    names = (column.removeprefix("-").replace("__", ".") for column in order)
    return [attrgetter(name)(row) for name in names]
