"""Encrypting stored secrets anew under the newest key of FIELD_KEYS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connections, models, router, transaction
from django.db.models.functions import Cast

from apps.core.fields import EncryptedTextField, Secret, keyring

BATCH = 1_000
WITHIN = {("mfa", "Authenticator", "data"): ("secret", "seed")}
"""What libraries keep in a JSON column and our adapters encrypt: its parts, by app, model, column."""


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


def rotations() -> Iterator[tuple[str, Iterator[Report]]]:
    """Yield each column that holds secrets, by its name, with what encrypts it anew."""
    for model, name in encrypted_columns():
        yield f"{model._meta.label}.{name}", rotate(model, name)
    for (app, label, name), parts in WITHIN.items():
        yield f"{app}.{label}.{name}", rotate_within(apps.get_model(app, label), name, parts)


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


def rotate_within(model: type[models.Model], name: str, parts: Iterable[str]) -> Iterator[Report]:
    """Encrypt parts of a JSON column anew as ``rotate`` does; a row is current if all of it is."""
    report, last = Report(f"{model._meta.label}.{name}"), 0
    keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        with transaction.atomic():
            rows = model._base_manager.filter(pk__in=batch).order_by("pk")
            for row in rows.select_for_update(no_key=True):
                _rotate_parts(row, name, parts, report)
        last = batch[-1]
        yield report


def _rotate_parts(row: models.Model, name: str, parts: Iterable[str], report: Report) -> None:
    """Write a row whose parts are all readable, under the newest key; locked by the caller."""
    newest, ring, kept = Fernet(settings.FIELD_KEYS[0]), keyring(), getattr(row, name)
    stale = {key: kept[key] for key in parts if key in kept and not _opens(newest, kept[key])}
    texts = {key: _text(ring, stored) for key, stored in stale.items()}
    if not stale:
        report.current += 1
    elif None in texts.values():
        report.unreadable.append(row.pk)
    else:
        kept |= {key: Secret.of(text).stored for key, text in texts.items() if text is not None}
        row.save(update_fields=[name])
        report.rotated += 1


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
