"""Statements that are compiled once per process and asked again with other values.

Building a queryset and compiling it takes several times what the database takes to answer it;
see docs/decisions/011. Only what nearly every request asks is worth a statement.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


def given(name: str, field: models.Field[Any, Any]) -> Any:
    """Return what holds the place of a value of a field's kind, which each asking gives.

    It goes wherever a queryset takes such a value.
    """
    return _Given(name, field)


class _Given(Expression):
    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def among(self, values: dict[str, Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Statement(Generic[Row]):
    """A queryset with ``given`` values in it, made by ``build`` when it is first asked."""

    def __init__(self, build: Callable[[], models.QuerySet[Any, Row]]) -> None:
        self._build = build

    def ask(self, **values: Any) -> list[Row]:
        """Return the rows, as the queryset would.

        Raises KeyError unless every value is given, and TransactionManagementError for a lock
        outside a transaction.
        """
        rows = self._queryset.all()
        rows.query.get_compiler = partial(self._compiler, values)  # type: ignore[method-assign]
        return list(rows)

    @cached_property
    def _queryset(self) -> models.QuerySet[Any, Row]:
        return self._build()

    @cached_property
    def _compiled(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self._queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        return compiler, *compiler.as_sql()

    def _compiler(self, values: dict[str, Any], using: str) -> SQLCompiler:
        compiled, sql, parameters = self._compiled
        compiler = copy(compiled)
        compiler.connection = connection = connections[using]
        if self._queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows are locked inside a transaction")
        filled = tuple(
            one.among(values, connection) if isinstance(one, _Given) else one for one in parameters
        )
        compiler.as_sql = lambda *_, **__: (sql, filled)  # type: ignore[method-assign]
        return compiler
