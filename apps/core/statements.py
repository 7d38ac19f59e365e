"""Statements that are compiled once per process and asked again with other values.

Building a queryset and compiling it takes several times what the database takes to answer it;
see docs/decisions/011. Only what nearly every request asks is worth a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.models.query import (
    FlatValuesListIterable,
    ValuesListIterable,
    get_related_populators,
)
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


class _Compiled:
    """The text of a statement, and what takes the place of its parameters."""

    def __init__(self, sql: str, parameters: Iterable[Any]) -> None:
        self.sql, self.parameters = sql, list(parameters)
        places = (one for one in self.parameters if isinstance(one, _Given))
        self.fields = {place.name: place.output_field for place in places}

    def execute(self, cursor: Any, values: dict[str, Any]) -> None:
        taken = {
            name: field.get_db_prep_value(values[name], cursor.db)
            for name, field in self.fields.items()
        }
        cursor.execute(
            self.sql,
            [taken[one.name] if isinstance(one, _Given) else one for one in self.parameters],
        )


class Statement(Generic[Row]):
    """A queryset with ``given`` values in it, made by ``build`` when it is first asked.

    It selects models, or what ``values_list`` names.
    """

    def __init__(self, build: Callable[[], models.QuerySet[Any, Row]]) -> None:
        self._build = build

    def ask(self, **values: Any) -> list[Row]:
        """Return the rows, as the queryset would.

        Raises KeyError unless every value is given, and TransactionManagementError for a lock
        outside a transaction.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        if self._queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows are locked inside a transaction")
        with connection.cursor() as cursor:
            self._compiled.execute(cursor, values)
            rows = cursor.fetchall()
        return [self._read(row) for row in self._converted(rows, connection)]

    def _converted(self, rows: Iterable[Any], connection: Any) -> Iterator[list[Any]]:
        for row in map(list, rows):
            for position, convert, column in self._converters:
                row[position] = convert(row[position], column, connection)
            yield row

    @cached_property
    def _queryset(self) -> Any:
        return self._build()

    @cached_property
    def _compiler(self) -> SQLCompiler:
        compiler: SQLCompiler = self._queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        return compiler

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(*self._compiler.as_sql())

    @cached_property
    def _converters(self) -> list[tuple[int, Callable[..., Any], Any]]:
        found = self._compiler.get_converters([column for column, *_ in self._compiler.select])
        return [
            (position, convert, column)
            for position, (converts, column) in found.items()
            for convert in converts
        ]

    @cached_property
    def _read(self) -> Callable[[list[Any]], Row]:
        if self._queryset._iterable_class is FlatValuesListIterable:
            return itemgetter(0)
        if self._queryset._iterable_class is ValuesListIterable:
            return tuple  # type: ignore[return-value]
        return _reader_of_models(self._compiler)


def _reader_of_models(compiler: Any) -> Callable[[list[Any]], Any]:
    info = compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:last]]
    # The stubs know a later Django, which takes one more argument.
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(row: list[Any]) -> Any:
        model = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for populator in related:
            populator.populate(row, model)
        return model

    return read


class Update:
    """An update of the rows of a queryset; ``assigned`` says which columns become what."""

    def __init__(self, build: Callable[[], models.QuerySet[Any]], **assigned: Any) -> None:
        self._build, self._assigned = build, assigned

    def run(self, **values: Any) -> int:
        """Return how many rows were updated; KeyError unless every value is given."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            self._compiled.execute(cursor, values)
            return int(cursor.rowcount)

    @cached_property
    def _compiled(self) -> _Compiled:
        query: Any = self._build().query.chain(UpdateQuery)
        query.add_update_values(self._assigned)
        return _Compiled(*query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql())


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
