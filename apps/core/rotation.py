"""Encrypting stored secrets anew under the newest key of FIELD_KEYS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connections, models, router, transaction
from django.db.models.functions import Cast

from apps.core.fields import EncryptedTextField, keyring

BATCH = 1_000


@dataclass
class Report:
    """How many values of one column were encrypted anew, and which rows no key opens."""

    column: str
    rotated: int = 0
    current: int = 0
    unreadable: list[int] = field(default_factory=list)


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every column of the project that is encrypted."""
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, EncryptedTextField):
                yield model, column.attname


def rotate(model: type[models.Model], name: str) -> Iterator[Report]:
    """Encrypt one column anew, batch by batch, and yield the report after each.

    Each batch is locked and committed on its own: stopped at any moment, every value is under
    the old key or the new one, and another run does what is left. A row that no key opens stays
    as it is and is named.
    """
    report, last = Report(f"{model._meta.label}.{name}"), 0
    while batch := _batch(model, name, last):
        with transaction.atomic():
            _rotate_batch(model, name, [pk for pk, _ in batch], report)
        last = batch[-1][0]
        yield report


def _batch(model: type[models.Model], name: str, after: int) -> list[tuple[int, str]]:
    stored = Cast(name, models.TextField())
    rows = model._base_manager.filter(pk__gt=after).annotate(stored=stored).order_by("pk")
    return list(rows.values_list("pk", "stored")[:BATCH])


def _rotate_batch(model: type[models.Model], name: str, pks: list[int], report: Report) -> None:
    newest, ring = Fernet(settings.FIELD_KEYS[0]), keyring()
    rows = model._base_manager.filter(pk__in=pks)
    if connections[router.db_for_write(model)].features.has_select_for_update:
        list(rows.select_for_update(no_key=True).values_list("pk").order_by("pk"))
    stale = []
    for pk, stored in rows.annotate(stored=Cast(name, models.TextField())).values_list(
        "pk", "stored"
    ):
        if _opens(newest, stored):
            report.current += 1
        elif (text := _text(ring, stored)) is None:
            report.unreadable.append(pk)
        else:
            row: Any = model(pk=pk)
            setattr(row, name, text)
            stale.append(row)
    model._base_manager.bulk_update(stale, [name])
    report.rotated += len(stale)


def _opens(key: Fernet, stored: str) -> bool:
    try:
        key.decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _text(ring: Any, stored: str) -> str | None:
    try:
        return str(ring.decrypt(stored.encode()).decode())
    except InvalidToken:
        return None
