"""What migrations need so that a server may run meanwhile."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import migrations, transaction
from django.db.models import QuerySet

BATCH = 1_000


class AddIndexConcurrently(postgres.AddIndexConcurrently):
    """An index that PostgreSQL makes while others write; SQLite has none that does.

    Its migration says ``atomic = False`` and holds nothing else.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        how_made(schema_editor).database_forwards(self, app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        how_made(schema_editor).database_backwards(self, app_label, schema_editor, *states)


def how_made(schema_editor: Any) -> type[migrations.AddIndex]:
    """Return the operation that makes an index in a database."""
    own = schema_editor.connection.vendor == "postgresql"
    return postgres.AddIndexConcurrently if own else migrations.AddIndex


def in_batches(rows: "QuerySet[Any]", change: Callable[["QuerySet[Any]"], Any]) -> None:
    """Change rows a thousand at a time, each thousand in a transaction of its own.

    Nobody waits for more than a thousand rows, and what was changed stays so when it is stopped;
    its migration says ``atomic = False``, and ``rows`` holds only what is still to be changed.
    """
    last = 0
    ordered = rows.order_by("pk").values_list("pk", flat=True)
    while found := list(ordered.filter(pk__gt=last)[:BATCH]):
        with transaction.atomic():
            change(rows.filter(pk__in=found))
        last = found[-1]
