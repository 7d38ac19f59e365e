"""Lets the role that serves read and write, and no more; to be run as the owner, after migrating."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

APPEND_ONLY = ("audit_auditevent",)
"""What nobody who serves may change or delete."""
FORGOTTEN_LATE = {"security_securityevent": "UPDATE, TRUNCATE"}
"""What is deleted once it is old enough, which its trigger judges."""
READ_ONLY = ("django_migrations",)
GRANTS = """
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""


class Command(BaseCommand):
    help = "Grants a role what serving needs: rows, but no tables, and of the audit only adding."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role that serves; it exists already")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles.")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_user = %(role)s, current_schema(),"
                " (SELECT count(*) FROM pg_roles WHERE rolname = %(role)s)",
                {"role": options["role"]},
            )
            is_owner, schema, exists = cursor.fetchone()
            if is_owner or not exists:
                raise CommandError("There is no such role." if not exists else "This is the owner.")
            for statement in statements(options["role"], schema):
                cursor.execute(statement)
        self.stdout.write("Granted. Run this again after each migration.")


def statements(role: str, schema: str) -> list[str]:
    """Return what is granted and taken away, in this order."""
    quoted = connection.ops.quote_name
    names = {"role": quoted(role), "schema": quoted(schema)}
    tables = dict.fromkeys(APPEND_ONLY, "UPDATE, DELETE, TRUNCATE") | FORGOTTEN_LATE
    tables |= dict.fromkeys(READ_ONLY, "INSERT, UPDATE, DELETE, TRUNCATE")
    found = connection.introspection.table_names()
    return [
        *(one.format(**names) for one in GRANTS.strip().split(";\n") if one),
        *(
            f"REVOKE {what} ON {quoted(table)} FROM {names['role']}"
            for table, what in tables.items()
            if table in found
        ),
    ]
