"""Audit events are written with the change, and never altered."""

import pytest
from django.db import DatabaseError, connection, transaction

from apps.audit.models import AuditEvent
from apps.audit.services import Entry, Scene, record
from apps.core.final import FinalEventError

SCENE = Scene(1, "Somebody")
ENTRY = Entry("rights:allow", "general", None, "General access rights")


@pytest.fixture
def event(db):
    with transaction.atomic():
        record(SCENE, [ENTRY])
    return AuditEvent.objects.get()


def test_an_event_is_not_changed(event):
    event.actor = "Somebody else"
    with pytest.raises(FinalEventError):
        event.save()


def test_an_event_is_not_deleted(event):
    with pytest.raises(FinalEventError):
        event.delete()


def test_many_events_are_neither_changed_nor_deleted(event):
    with pytest.raises(FinalEventError):
        AuditEvent.objects.all().update(actor="x")
    with pytest.raises(FinalEventError):
        AuditEvent.objects.all().delete()


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_auditevent SET actor = 'x'", "DELETE FROM audit_auditevent"]
)
def test_postgresql_itself_refuses(event, sql):
    """SQLite, for trying out, has only the model's refusal: there the statement goes through."""
    expected = (
        pytest.raises(DatabaseError) if connection.vendor == "postgresql" else transaction.atomic()
    )
    with expected, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(SCENE, [ENTRY])
    assert not AuditEvent.objects.exists()
