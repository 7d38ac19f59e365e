"""PostgreSQL's own refusal to change or delete what is written once."""

from django.db import connections

TRIGGER = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {unless}
    RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {name}();
"""


def make_final(using: str, table: str, **trigger: str) -> None:
    """Make PostgreSQL refuse UPDATE and DELETE on a table, unless a condition returns the row."""
    connection = connections[using]
    if connection.vendor == "postgresql" and table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(TRIGGER.format(table=table, **{"unless": "", **trigger}))
