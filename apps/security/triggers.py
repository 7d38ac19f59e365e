"""The databases' own refusal to change a security event, or to forget it early."""

from typing import Any

from django.db import connections

from apps.security.rules import KEPT_DAYS

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION security_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT_DAYS} days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'security events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER security_event_is_final BEFORE UPDATE OR DELETE ON security_securityevent
    FOR EACH ROW EXECUTE FUNCTION security_event_is_final();
"""


def make_final(using: str, **_: Any) -> None:
    """Make PostgreSQL refuse UPDATE, and DELETE of what is younger than it is kept."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    if "security_securityevent" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL)
