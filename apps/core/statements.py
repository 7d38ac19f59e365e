"""Statements that are compiled once per process and asked again with other values.

Building a queryset and compiling it takes several times what the database takes to answer it;
see docs/decisions/011. Only what nearly every request asks is worth a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils.functional import cached_property

Row = TypeVar("Row")
M = TypeVar("M", bound=models.Model)


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
        rows: Iterable[Row] = self._queryset._iterable_class(_Asked(self._compiled, values))
        return list(rows)

    @cached_property
    def _queryset(self) -> Any:
        return self._build()

    @cached_property
    def _compiled(self) -> _Compiled:
        compiler = self._queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        compiler.get_converters = lambda _: converters
        return _Compiled(compiler, sql, parameters)


class Update:
    """An update of the rows of a queryset; ``assigned`` says which columns become what."""

    def __init__(self, build: Callable[[], models.QuerySet[Any]], **assigned: Any) -> None:
        self._build, self._assigned = build, assigned

    def run(self, **values: Any) -> int:
        """Return how many rows were updated; KeyError unless every value is given."""
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(self._compiled.sql, self._compiled.filled(values, connection))
            return int(cursor.rowcount)

    @cached_property
    def _compiled(self) -> _Compiled:
        query: Any = self._build().query.chain(UpdateQuery)
        query.add_update_values(self._assigned)
        compiler = query.get_compiler(using=DEFAULT_DB_ALIAS)
        return _Compiled(compiler, *compiler.as_sql())


class Insert(Generic[M]):
    """An insertion of one row of a model whose numbers the database gives."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    def run(self, row: M) -> M:
        """Insert a new row as ``bulk_create`` does, and return it with its number."""
        connection = connections[DEFAULT_DB_ALIAS]
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            [row.pk] = cursor.fetchone()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        return row

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        return [field for field in self._model._meta.local_concrete_fields if not field.primary_key]

    @cached_property
    def _sql(self) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [self._model()])
        compiler = query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiler.returning_fields = [self._model._meta.pk]
        [(sql, _values)] = compiler.as_sql()
        return str(sql)


@dataclass(frozen=True)
class _Compiled:
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    def filled(self, values: dict[str, Any], connection: Any) -> list[Any]:
        return [
            one.among(values, connection) if isinstance(one, _Given) else one
            for one in self.parameters
        ]


class _Asked:
    """All that Django's own ways of reading rows want to know of a queryset."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: ClassVar[dict[Any, Any]] = {}

    def __init__(self, compiled: _Compiled, values: dict[str, Any]) -> None:
        self.query = self
        self.compiled, self.values = compiled, values

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler = copy(self.compiled.compiler)
        compiler.connection = connection = connections[using]
        if compiler.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows are locked inside a transaction")
        filled = self.compiled.filled(self.values, connection)
        compiler.as_sql = lambda: (self.compiled.sql, filled)  # type: ignore[method-assign, assignment, misc]
        return compiler
