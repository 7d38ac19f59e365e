"""Writing audit events. Call these inside the transaction of the change itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent


@dataclass(frozen=True)
class Scene:
    """Who acts, from which office, in which company, and when: now unless it says otherwise."""

    actor_id: int | None
    actor: str
    office: str = ""
    company_id: int | None = None
    company: str = ""
    at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Entry:
    """What happened to one subject; sets of resources are given in their 32 stored bytes."""

    verb: str
    subject_kind: str
    subject_id: int | None
    subject: str
    added: bytes | None = None
    removed: bytes | None = None
    before: Any = None
    after: Any = None
    bulk_id: UUID | None = field(default=None, kw_only=True)
    reason: str = field(default="", kw_only=True)


def record(scene: Scene, entries: Sequence[Entry]) -> list[AuditEvent]:
    """Write one audit event per entry, in one statement, and return them; raises alike."""
    return record_all([(scene, entries)])


def record_all(scenes: Iterable[tuple[Scene, Sequence[Entry]]]) -> list[AuditEvent]:
    """Write what happened in many companies, in one statement, and return the events.

    Raises TransactionManagementError outside a transaction: a change and its event are saved
    together or not at all.
    """
    connection = transaction.get_connection()
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record audit events in a transaction")
    now = timezone.now()
    return AuditEvent.objects.bulk_create(
        AuditEvent(**vars(scene) | {"at": scene.at or now}, **vars(entry))
        for scene, entries in scenes
        for entry in entries
    )
