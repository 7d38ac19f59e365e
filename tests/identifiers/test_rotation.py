"""Encrypting every stored secret anew, stopped half-way or not."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import rotation
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration
from tests.factories import ApiIdentifierFactory, IntegrationFactory

pytestmark = pytest.mark.django_db


def keys():
    found = ApiIdentifier.objects.order_by("pk").values_list("key", flat=True)
    return [key.reveal() for key in found]


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM identifiers_apiidentifier ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def rotate():
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_every_encrypted_column_is_known():
    columns = {(model._meta.label, name) for model, name in rotation.encrypted_columns()}
    assert columns == {
        ("identifiers.ApiIdentifier", "key"),
        ("resources.Integration", "partner_key"),
    }


def test_keys_open_before_and_after_and_the_old_key_can_go(settings):
    for _ in range(3):
        ApiIdentifierFactory()
    partner_key = IntegrationFactory().partner_key.reveal()
    before, old = keys(), settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    assert keys() == before
    assert "3 encrypted anew, 0 were current, 0 left" in rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert keys() == before
    assert Integration.objects.get().partner_key.reveal() == partner_key
    assert "0 encrypted anew, 3 were current, 0 left" in rotate()


def test_stopped_half_way_every_key_opens_and_a_second_run_finishes(settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 4)
    for _ in range(10):
        ApiIdentifierFactory()
    before = keys()
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    next(rotation.rotate(ApiIdentifier, "key"))  # and never asked again
    assert keys() == before
    assert "6 encrypted anew, 4 were current, 0 left" in rotate()
    assert keys() == before


def test_a_row_that_nothing_opens_is_named_and_left_as_it_is(settings):
    lost, fine = ApiIdentifierFactory(), ApiIdentifierFactory()
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    lost.key = "LOST"
    lost.save()  # under a key that is lost now
    kept = stored()[0]
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    with pytest.raises(CommandError, match=f"identifiers.ApiIdentifier.key of row {lost.pk}$"):
        rotate()
    assert stored()[0] == kept
    assert ApiIdentifier.objects.get(pk=fine.pk).key.reveal() == fine.key.reveal()
