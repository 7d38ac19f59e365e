"""What watches the server learns whether it is alive and able to serve."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.jobs.models import Worker
from apps.usage.models import ApiRequest
from apps.usage.reads import part_of
from apps.usage.services import forget_before, make_parts
from tests.factories import ApiIdentifierFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


def test_alive_without_a_statement(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_ready_once_the_log_has_its_parts(client):
    call_command("partitions", stdout=StringIO())
    Worker.objects.create(name="one", seen_at=datetime.now(UTC) - timedelta(seconds=110))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_a_worker_that_is_silent_is_told_of_while_pages_are_served(client):
    make_parts(TODAY)
    Worker.objects.create(name="one", seen_at=datetime.now(UTC) - timedelta(seconds=130))
    answer = client.get("/readyz")
    said = "ready\nno worker was seen for 2 minutes\n"
    assert (answer.status_code, answer.text) == (200, said)


def test_not_ready_with_keys_that_open_nothing(client, settings):
    make_parts(TODAY)
    ApiIdentifierFactory()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "no key in FIELD_KEYS opens the newest Key\n")


def test_not_ready_two_days_before_the_log_ends(client):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL parts its log")
    forget_before(TODAY + timedelta(days=100))  # those that a test made for good
    make_parts(TODAY, days=1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == (
        f"the log has no part for {TODAY + timedelta(days=2)}: run manage.py partitions\n"
    )


def test_not_ready_while_a_migration_waits(client):
    make_parts(TODAY)
    [(_app, last)] = MigrationLoader(connection).graph.leaf_nodes("usage")
    MigrationRecorder(connection).record_unapplied("usage", last)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert f"usage.{last} is not applied" in answer.text


def test_not_ready_without_a_database(client):
    def away(*_args):
        raise DatabaseError("a secret of the connection")

    with connection.execute_wrapper(away):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database does not answer\n")


def test_the_log_forgets_what_is_old():
    make_parts(TODAY - timedelta(days=3), days=4)
    rows = [row(TODAY - timedelta(days=age)) for age in (2, 1, 0)]
    ApiRequest.objects.bulk_create(rows)
    forget_before(TODAY - timedelta(days=1))
    assert set(ApiRequest.objects.values_list("day", flat=True)) == {
        TODAY,
        TODAY - timedelta(days=1),
    }
    if connection.vendor == "postgresql":
        assert part_of(TODAY - timedelta(days=2)) not in connection.introspection.table_names()


def row(day):
    """Return a row of the log of some day."""
    return ApiRequest(
        day=day,
        request_id=str(day),
        at=datetime.now(UTC),
        owner=1,
        identifier=1,
        integration=1,
        unescaped=False,
        lag=0,
    )
