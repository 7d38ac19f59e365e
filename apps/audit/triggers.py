"""The databases' own refusal to change an audit event."""

from typing import Any

from django.db import connections

POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER audit_event_is_final BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_event_is_final();
"""


def make_append_only(using: str, **_: Any) -> None:
    """Make PostgreSQL refuse UPDATE and DELETE on audit events (design decision on AuditEvent)."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    if "audit_auditevent" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL)
