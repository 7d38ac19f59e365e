"""The databases' own refusal to activate a deactivated identifier again."""

from typing import Any

from django.db import connections

TABLE = "identifiers_apiidentifier"
POSTGRESQL = """
CREATE OR REPLACE FUNCTION identifier_stays_deactivated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a deactivated identifier stays so'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER identifier_stays_deactivated
    BEFORE UPDATE OF deactivated_at ON identifiers_apiidentifier FOR EACH ROW
    WHEN (OLD.deactivated_at IS NOT NULL AND NEW.deactivated_at IS DISTINCT FROM OLD.deactivated_at)
    EXECUTE FUNCTION identifier_stays_deactivated();
"""
SQLITE = """
CREATE TRIGGER IF NOT EXISTS identifier_stays_deactivated
    BEFORE UPDATE OF deactivated_at ON identifiers_apiidentifier FOR EACH ROW
    WHEN OLD.deactivated_at IS NOT NULL AND NEW.deactivated_at IS NOT OLD.deactivated_at
    BEGIN SELECT RAISE(ABORT, 'a deactivated identifier stays so'); END;
"""


def keep_deactivated(using: str, **_: Any) -> None:
    """Make the database refuse to clear or move the date of a deactivation (docs/decisions/007)."""
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
