"""What migrations use so that nobody who is served waits for them."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState

from apps.companies.models import Company
from apps.core import migrating
from tests.factories import CompanyFactory

INDEX = models.Index(fields=["name"], name="company_by_name_tried")


def indexes():
    with connection.cursor() as cursor:
        table = Company._meta.db_table
        return connection.introspection.get_constraints(cursor, table).keys()


@pytest.mark.django_db(transaction=True)
def test_an_index_is_made_and_unmade_without_a_transaction():
    before, after = (ProjectState.from_apps(apps) for _ in range(2))
    added = migrating.AddIndexConcurrently("company", INDEX)
    added.state_forwards("companies", after)
    with connection.schema_editor(atomic=False, collect_sql=False) as editor:
        added.database_forwards("companies", editor, before, after)
        assert INDEX.name in indexes()
        added.database_backwards("companies", editor, after, before)
    assert INDEX.name not in indexes()


@pytest.mark.django_db
def test_rows_are_changed_a_batch_at_a_time_and_only_what_is_left(monkeypatch):
    monkeypatch.setattr(migrating, "BATCH", 2)
    CompanyFactory.create_batch(5, name="old")
    CompanyFactory(name="other")
    sizes = []
    for _ in range(2):
        old = Company.objects.filter(name="old")
        migrating.in_batches(old, lambda rows: sizes.append(rows.update(name="new")))
    assert sizes == [2, 2, 1]
    assert Company.objects.filter(name="new").count() == 5
