"""Bringing the stored catalogue in line with its files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction

from apps.audit.services import Entry, Scene, record
from apps.core.fields import DerivedField
from apps.resources import files
from apps.resources.files import CatalogueError, Files, Problem, Row
from apps.resources.models import (
    CatalogueVersion,
    Integration,
    InterfaceResource,
    ResourceGroup,
    Section,
)
from apps.resources.rules import EVERYTHING

Entity = TypeVar("Entity", Section, ResourceGroup, InterfaceResource, Integration)
SCENE = Scene(actor_id=None, actor="sync_catalog")


@dataclass
class Report:
    """The codes that were (or, in a check, would be) added, changed and retired."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired)


class _DryRun(Exception):  # noqa: N818 - a signal to roll back, not an error
    pass


def sync(folder: Path = files.FOLDER, *, check: bool = False) -> Report:
    """Upsert the catalogue by code, retire what vanished, delete nothing.

    With ``check`` nothing is written. Raises CatalogueError, with nothing loaded, when a file has
    a mistake or would move a position: a stored right is a position, so a position that is once
    given belongs to its resource for ever (docs/decisions/001).
    """
    report = Report()
    content = files.read(folder)
    try:
        with transaction.atomic():
            _write(content, report)
            record(SCENE, report.entries)
            if report:
                CatalogueVersion.renew()
            if check:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _write(content: Files, report: Report) -> None:
    problems = list(_moved_positions(content.resources))
    if problems:
        raise CatalogueError(problems)
    sections = _upsert(Section, _ordered(content.sections), report)
    groups = _upsert(
        ResourceGroup,
        _ordered(content.groups, lambda row: {"section": sections[row.cells["section"]]}),
        report,
    )
    resources = _ordered(content.resources, lambda row: {"group": groups[row.cells["group"]]})
    _upsert(InterfaceResource, resources, report)
    _retire(InterfaceResource, content.resources, report)
    integrations = [(row.cells["code"], _integration(row, content)) for row in content.integrations]
    _upsert(Integration, integrations, report)
    _retire(Integration, content.integrations, report)


def _ordered(rows: list[Row], links: Any = lambda row: {}) -> list[tuple[str, dict[str, Any]]]:
    return [
        (row.cells["code"], {**_stored(row), **links(row), "order": order})
        for order, row in enumerate(rows)
    ]


def _stored(row: Row) -> dict[str, Any]:
    return {name: cell for name, cell in row.cells.items() if name not in files.REASONS}


def _integration(row: Row, content: Files) -> dict[str, Any]:
    needed = files.needed_set(row, content.resources)
    cells = {name: value for name, value in row.cells.items() if name != "available"}
    limited = row.cells["available"] == "needed"
    return {
        **cells,
        "kind": Integration.Kind.FINISHED,
        "needed": needed,
        "available_only": needed if limited else None,
    }


def _moved_positions(rows: list[Row]) -> Iterable[Problem]:
    stored = dict(InterfaceResource.objects.values_list("code", "position"))
    owners = {position: code for code, position in stored.items()}
    for row in rows:
        code, position = row.cells["code"], row.cells["position"]
        if stored.get(code, position) != position:
            yield row.problem(
                "position", f"{code} has position {stored[code]}, which never changes"
            )
        elif owners.get(position, code) != code:
            yield row.problem("position", f"{position} belongs to {owners[position]} for ever")


def _upsert(
    model: type[Entity], wanted: Iterable[tuple[str, Mapping[str, Any]]], report: Report
) -> dict[str, Entity]:
    manager: models.Manager[Entity] = model._default_manager
    stored = {str(entity.code): entity for entity in manager.exclude(code=None)}
    for code, values in wanted:
        if hasattr(model, "retired"):
            values = {**values, "retired": False}
        if code not in stored:
            stored[code] = manager.create(**values)
            report.added.append(code)
            report.entries.append(_entry(stored[code], "catalog:add", {}, {}))
        elif before := _differences(stored[code], values):
            _change(stored[code], values)
            report.changed.append(code)
            after = {name: values[name] for name in before}
            report.entries.append(_entry(stored[code], "catalog:change", before, after))
    return stored


def _differences(entity: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored values that are not as wanted."""
    stored = {name: getattr(entity, name) for name in values}
    return {name: value for name, value in stored.items() if value != values[name]}


def _change(entity: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(entity, name, value)
    entity.save(update_fields=_columns(type(entity), values))


def _columns(model: type[models.Model], values: Mapping[str, Any]) -> list[str]:
    """Name what a change writes: never the partner key, which is no business of the files."""
    derived = [field.name for field in model._meta.fields if isinstance(field, DerivedField)]
    return [*values, *derived]


def _retire(model: type[InterfaceResource | Integration], rows: list[Row], report: Report) -> None:
    vanished = model._default_manager.exclude(code=None).exclude(retired=True)
    for entity in vanished.exclude(code__in=[row.cells["code"] for row in rows]):
        entity.retired = True
        entity.save(update_fields=["retired"])
        report.retired.append(str(entity.code))
        report.entries.append(_entry(entity, "catalog:retire", {}, {}))


def _entry(entity: Any, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Entry:
    """Describe a change; of an integration's availability also what was given and taken away."""
    added = removed = None
    if "available_only" in before:
        sets = (before["available_only"], after["available_only"])
        old, new = (EVERYTHING if limit is None else limit for limit in sets)
        added, removed = bytes(new - old), bytes(old - new)
    return Entry(
        verb=verb,
        subject_kind=type(entity).__name__.lower(),
        subject_id=entity.pk,
        subject=str(entity.code),
        added=added,
        removed=removed,
        before=_texts(before),
        after=_texts(after),
    )


def _texts(values: Mapping[str, Any]) -> dict[str, str] | None:
    return {name: str(value) for name, value in values.items()} or None
