"""The databases' own refusal to change an audit event."""

from typing import Any

from apps.core.triggers import make_final


def make_append_only(using: str, **_: Any) -> None:
    """Make PostgreSQL refuse UPDATE and DELETE on audit events (design decision on AuditEvent)."""
    told = "audit events are append-only"
    make_final(using, "audit_auditevent", name="audit_event_is_final", told=told)
