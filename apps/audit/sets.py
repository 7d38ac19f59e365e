"""Asking the databases about stored sets of resources: 32 bytes, one bit for each."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, BooleanField, F, Func, Value

BITS = 256


class Meets(Func):
    """Whether a column's set and a given one have a resource in common; null for no set."""

    function = "SETS_MEET"
    output_field = BooleanField()

    def __init__(self, column: str, wanted: bytes) -> None:
        super().__init__(F(column), Value(wanted, output_field=BinaryField()))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        bits = f"('x' || encode(%s, 'hex'))::bit({BITS})"
        column, params = compiler.compile(self.source_expressions[0])
        given, more = compiler.compile(self.source_expressions[1])
        met = f"({bits % column} & {bits % given}) <> 0::bit({BITS})"
        return met, (*params, *more)


def teach_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection to SQLite the function that ``Meets`` calls."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("SETS_MEET", 2, _meet, deterministic=True)


def _meet(one: bytes | None, other: bytes) -> bool | None:
    if one is None:
        return None
    return bool(int.from_bytes(one, "little") & int.from_bytes(other, "little"))
