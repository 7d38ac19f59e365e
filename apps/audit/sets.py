"""Asking the databases about stored sets of resources: 32 bytes, one bit for each."""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Aggregate,
    BinaryField,
    BooleanField,
    CharField,
    F,
    Func,
    IntegerField,
    JSONField,
    Value,
)
from django.db.models.expressions import Combinable

BITS = 256
Stored = str | bytes | Combinable
"""A set, as the databases are asked of it: a column, what is stored, or an expression."""


class Union(Func):
    """What any of some sets has, for the questions below; null as ``Meets``."""

    function = "SETS_UNION"
    output_field = BinaryField()

    def __init__(self, *sets: Stored) -> None:
        super().__init__(*map(_expression, sets))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts, given = _parts(self, compiler)
        return f"({' | '.join(parts)})", given


def _expression(stored: Stored) -> Combinable:
    if isinstance(stored, bytes):
        return Value(stored, output_field=BinaryField())
    return F(stored) if isinstance(stored, str) else stored


class Meets(Func):
    """Whether some sets have a resource in common; null if one of them is null."""

    function = "SETS_MEET"
    output_field = BooleanField()

    def __init__(self, *sets: Stored) -> None:
        super().__init__(*map(_expression, sets))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts, given = _parts(self, compiler)
        return f"({' & '.join(parts)}) <> 0::bit({BITS})", given


class Lacks(Func):
    """Whether a set lacks a resource that all of some others have; null as ``Meets``."""

    function = "SETS_LACK"
    output_field = BooleanField()

    def __init__(self, has: Stored, *wanted: Stored) -> None:
        super().__init__(*map(_expression, (has, *wanted)))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts, given = _parts(self, compiler)
        return f"(~{' & '.join(parts)}) <> 0::bit({BITS})", given


class AsList(Aggregate):
    """Some values as one list."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


class AnyBits(Aggregate):
    """The bits that any of some numbers has."""

    function = "BIT_OR"
    output_field = IntegerField()


class AsHex(Func):
    """A set as text, for what else takes no bytes."""

    function = "HEX"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="ENCODE(%(expressions)s, 'hex')", **context
        )


class LackTogether(Aggregate):
    """Whether some sets, all of them together, lack what one set has; null without any."""

    function = "SETS_LACK_TOGETHER"
    output_field = BooleanField()
    arity = None

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts, given = _parts(self, compiler)
        return f"BIT_AND(~{' & '.join(parts)}) <> 0::bit({BITS})", given


def _parts(asked: Func | Aggregate, compiler: Any) -> tuple[list[str], tuple[Any, ...]]:
    """Return the sets of a question as PostgreSQL's bits, and the values in them."""
    sets = [one for one in asked.source_expressions if one is not None]
    compiled = [compiler.compile(one) for one in sets]
    given = tuple(value for _, values in compiled for value in values)
    return [_bits(one, sql) for one, (sql, _) in zip(sets, compiled, strict=True)], given


def _bits(one: Any, sql: str) -> str:
    return sql if isinstance(one, Union) else f"('x' || encode({sql}, 'hex'))::bit({BITS})"


def teach_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new connection to SQLite the functions that are called here."""
    if connection.vendor == "sqlite":
        made = connection.connection
        made.create_function("SETS_MEET", -1, _asked(_meet), deterministic=True)
        made.create_function("SETS_LACK", -1, _asked(_lack), deterministic=True)
        made.create_function("SETS_UNION", -1, _union, deterministic=True)
        made.create_aggregate("BIT_OR", 1, _BitOr)
        made.create_aggregate("SET_OF", 1, _SetOf)
        made.create_aggregate("SETS_LACK_TOGETHER", -1, _LackTogether)


def _asked(answer: Callable[..., int]) -> Callable[..., bool | None]:
    def asked(*sets: bytes | None) -> bool | None:
        if any(one is None for one in sets):
            return None
        return bool(answer(*(int.from_bytes(one or b"", "little") for one in sets)))

    return asked


def _meet(*sets: int) -> int:
    return reduce(and_, sets)


def _lack(has: int, *wanted: int) -> int:
    return reduce(and_, wanted) & ~has


def _union(*sets: bytes | None) -> bytes | None:
    if any(one is None for one in sets):
        return None
    joined = reduce(or_, (int.from_bytes(one or b"", "little") for one in sets))
    return joined.to_bytes(BITS // 8, "little")


class _BitOr:
    def __init__(self) -> None:
        self.bits: int | None = None

    def step(self, number: int | None) -> None:
        if number is not None:
            self.bits = (self.bits or 0) | number

    def finalize(self) -> int | None:
        return self.bits


class _SetOf(_BitOr):
    """The set of some positions, as it is stored."""

    def step(self, number: int | None) -> None:
        super().step(None if number is None else 1 << number)

    def finalize(self) -> Any:
        return (self.bits or 0).to_bytes(BITS // 8, "little")


class _LackTogether:
    def __init__(self) -> None:
        self.left: int | None = None

    def step(self, *sets: bytes) -> None:
        has, *wanted = (int.from_bytes(one, "little") for one in sets)
        self.left = reduce(and_, wanted, -1 if self.left is None else self.left) & ~has

    def finalize(self) -> bool | None:
        return None if self.left is None else bool(self.left)
