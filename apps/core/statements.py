"""Statements that are compiled once per process and asked again with other values.

Building a queryset and compiling it takes several times what the database takes to answer it;
see docs/decisions/011. Only what nearly every request asks is worth a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from django.db.transaction import TransactionManagementError, mark_for_rollback_on_error
from django.utils.functional import cached_property

Row = TypeVar("Row")
M = TypeVar("M", bound=models.Model)


def given(name: str, field: models.Field[Any, Any]) -> Any:
    """Return what holds the place of a value of a field's kind, which each asking gives.

    It goes wherever a queryset takes such a value. A given None is equal to nothing, as in SQL.
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

    def filled(self, values: dict[str, Any], connection: Any) -> list[Any]:
        taken = {
            name: field.get_db_prep_value(values[name], connection)
            for name, field in self.fields.items()
        }
        return [taken[one.name] if isinstance(one, _Given) else one for one in self.parameters]


class Statement(Generic[Row]):
    """A queryset with ``given`` values in it, made by ``build`` when it is first asked.

    It selects models, or what ``values_list`` names.
    """

    def __init__(self, build: Callable[[], models.QuerySet[Any, Row]]) -> None:
        self._build = build

    def ask(self, **values: Any) -> list[Row]:
        """Return the rows, as the queryset would.

        Raises KeyError unless every value is given, TransactionManagementError for a lock
        outside a transaction, and EmptyResultSet for a queryset that can find nothing.
        """
        prepared, connection = self._prepared, connections[DEFAULT_DB_ALIAS]
        compiled = prepared.compiled
        if prepared.locks and connection.get_autocommit():
            raise TransactionManagementError("rows are locked inside a transaction")
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.filled(values, connection))
            rows = cursor.fetchall()
        return [prepared.read(row) for row in prepared.converted(rows, connection)]

    @cached_property
    def _prepared(self) -> _Prepared:
        # Threads that ask first at the same time each make a whole of their own.
        queryset = self._build()
        compiler: Any = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        compiled = _Compiled(*compiler.as_sql())
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return _Prepared(
            compiled=compiled,
            converters=[
                (position, convert, column)
                for position, (converts, column) in converters.items()
                for convert in converts
            ],
            read=_reader(queryset, compiler),
            locks=queryset.query.select_for_update,
        )


@dataclass(frozen=True)
class _Prepared:
    """What a statement keeps: its text, and how its rows are read."""

    compiled: _Compiled
    converters: list[tuple[int, Callable[..., Any], Any]]
    read: Callable[[list[Any]], Any]
    locks: bool

    def converted(self, rows: Iterable[Any], connection: Any) -> Iterator[list[Any]]:
        for row in map(list, rows):
            for position, convert, column in self.converters:
                row[position] = convert(row[position], column, connection)
            yield row


def _reader(queryset: Any, compiler: Any) -> Callable[[list[Any]], Any]:
    if queryset._iterable_class is FlatValuesListIterable:
        return itemgetter(0)
    if queryset._iterable_class is ValuesListIterable:
        return tuple
    info = compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:last]]
    populators: Callable[..., list[Any]] = get_related_populators
    related = populators(info, compiler.select, DEFAULT_DB_ALIAS)

    def read(row: list[Any]) -> Any:
        model = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for populator in related:
            populator.populate(row, model)
        return model

    return read


@contextmanager
def _writing() -> Iterator[Any]:
    """Give a cursor; an error of the database lets nothing of the transaction be saved."""
    with (
        mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS),
        connections[DEFAULT_DB_ALIAS].cursor() as cursor,
    ):
        yield cursor


class Update:
    """An update of the rows of a queryset; ``assigned`` says which columns become what."""

    def __init__(self, build: Callable[[], models.QuerySet[Any]], **assigned: Any) -> None:
        self._build, self._assigned = build, assigned

    def run(self, **values: Any) -> int:
        """Return how many rows were updated; KeyError unless every value is given."""
        with _writing() as cursor:
            cursor.execute(self._compiled.sql, self._compiled.filled(values, cursor.db))
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
        with _writing() as cursor:
            cursor.execute(self._sql, self._values(row, cursor.db))
            return self._numbered(row, cursor)

    def _values(self, row: M, connection: Any) -> list[Any]:
        return [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for field in self._fields
        ]

    @staticmethod
    def _numbered(row: M, cursor: Any) -> M:
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


class UpdateAndInsert(Generic[M]):
    """An update and an insertion that belong together: one statement where the database can."""

    def __init__(self, update: Update, insert: Insert[M]) -> None:
        self._update, self._insert = update, insert

    def run(self, row: M, **values: Any) -> M:
        """Update by the values, insert a new row, and return it with its number."""
        if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":  # SQLite's WITH only reads
            self._update.run(**values)
            return self._insert.run(row)
        update = self._update._compiled
        with _writing() as cursor:
            parameters = update.filled(values, cursor.db) + self._insert._values(row, cursor.db)
            cursor.execute(f"WITH updated AS ({update.sql}) {self._insert._sql}", parameters)
            return self._insert._numbered(row, cursor)
