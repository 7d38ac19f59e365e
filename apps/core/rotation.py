"""Encrypting stored secrets anew under the newest key of FIELD_KEYS."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

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
        yield f"{app}.{label}.{name}", rotate(apps.get_model(app, label), name, parts)


def rotate(model: type[models.Model], name: str, parts: Collection[str] = ()) -> Iterator[Report]:
    """Encrypt one column, or parts of a JSON column, anew and yield the report after each batch.

    Each batch is locked and committed on its own: stopped at any moment, every value is under
    the old key or the new one, and another run does what is left. A row that no key opens stays
    as it is and is named.
    """
    report, last = Report(f"{model._meta.label}.{name}"), 0
    every = model._base_manager.order_by("pk")
    while batch := list(every.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = every.filter(pk__in=batch).only(name).select_for_update(no_key=True)
            stale = [row for row in rows if _renew(row, name, parts, report)]
            model._base_manager.bulk_update(stale, [name])
        last = batch[-1]
        yield report


def _renew(row: models.Model, name: str, parts: Collection[str], report: Report) -> bool:
    """Put what a row keeps under the newest key; tell whether anything was under another."""
    newest, kept = Fernet(settings.FIELD_KEYS[0]), getattr(row, name)
    stored = {key: kept[key] for key in parts if key in kept} if parts else {name: kept.stored}
    stale = {key: text for key, text in stored.items() if not _opens(newest, text)}
    if not stale:
        report.current += 1
        return False
    try:
        fresh = {key: keyring().rotate(text).decode() for key, text in stale.items()}
    except InvalidToken:
        report.unreadable.append(row.pk)
        return False
    setattr(row, name, kept | fresh if parts else Secret(fresh[name]))
    report.rotated += 1
    return True


def _opens(key: Fernet, stored: str) -> bool:
    try:
        key.decrypt(stored)
    except InvalidToken:
        return False
    return True
