"""Deactivating and replacing: what has ended stays so."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.identifiers.models import ApiIdentifier
from tests.factories import (
    ApiIdentifierFactory,
    MembershipFactory,
)
from tests.identifiers.helpers import press
from tests.rights.addresses import HTMX

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_deactivating_asks_first_and_is_final(client, member, base):
    other = MembershipFactory(user=member.user)
    made = press(client, base)
    question = client.get(f"{base}{made.pk}/deactivate/").text
    assert f"Deactivate {made.user_id} permanently?" in question
    assert other.company.name in question
    text = client.post(f"{base}{made.pk}/deactivate/", follow=True).text
    row = text[
        text.index(f'id="i-{made.pk}"') : text.index("</tr>", text.index(f'id="i-{made.pk}"'))
    ]
    assert 'class="ended"' in row
    assert "Deactivated" in row
    assert "<button" not in row
    client.post(f"{base}{made.pk}/deactivate/")
    assert AuditEvent.objects.filter(verb="identifier:deactivate").count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("what", ["pause", "resume", "key", "key/copy", "edit", "replace"])
@pytest.mark.parametrize(
    "ended", [{"deactivated_at": timezone.now()}, {"valid_until": timezone.now() - DAY}]
)
def test_what_has_ended_cannot_be_changed_or_shown(client, member, base, what, ended, headers):
    mine = ApiIdentifierFactory(owner=member.user, **ended)
    once = uuid4()
    sent = {
        "note": "",
        "purpose": "api",
        "valid_until": "2099-01-01T00:00",
        "once": once,
        "end": "now",
    }
    answer = client.post(f"{base}{mine.pk}/{what}/", sent, headers=headers)
    assert answer.status_code == 409
    assert "has been deactivated or has expired" in answer.text
    assert mine.key.reveal() not in answer.text
    assert not ApiIdentifier.objects.filter(once=once).exists()


@pytest.mark.parametrize("what", ["edit", "replace", "deactivate"])
def test_what_has_ended_is_said_before_anything_is_asked(client, member, base, what):
    mine = ApiIdentifierFactory(owner=member.user, deactivated_at=timezone.now())
    answer = client.get(f"{base}{mine.pk}/{what}/")
    assert answer.status_code == 409
    assert "has been deactivated or has expired" in answer.text


@pytest.mark.parametrize("value", [None, timezone.now()])
def test_the_database_refuses_to_activate_it_again(member, value):
    mine = ApiIdentifierFactory(owner=member.user, deactivated_at=timezone.now() - DAY)
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        ApiIdentifier.objects.filter(pk=mine.pk).update(deactivated_at=value)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE identifiers_apiidentifier SET deactivated_at = NULL")
    ApiIdentifier.objects.filter(pk=mine.pk).update(note="other columns may change")


@pytest.mark.parametrize(
    ("sent", "ends_within"),
    [({"end": "now"}, 0), ({"end": "day"}, 1), ({"end": "week"}, 7), ({"end": "week", "leaked": "on"}, 0), ({"end": "own", "own": "2099-01-01T00:00"}, 99999)],
)  # fmt: skip
def test_replacing_makes_a_successor_and_ends_the_old_one(client, base, sent, ends_within):
    made = press(client, base)
    client.post(f"{base}{made.pk}/edit/", {"note": "Receipts", "purpose": "store"})
    once = uuid4()
    for _ in range(2):
        text = client.post(f"{base}{made.pk}/replace/", {**sent, "once": once}, follow=True).text
    made.refresh_from_db()
    successor = ApiIdentifier.objects.get(once=once)
    assert made.replaced_by == successor
    assert made.valid_until <= timezone.now() + ends_within * DAY
    assert made.valid_until > timezone.now() + (ends_within - 1) * DAY or ends_within > 7
    assert (successor.note, successor.purpose) == ("Receipts", "store")
    assert successor.key.reveal() != made.key.reveal()
    assert f"Replaced by {successor.user_id}" in text
    assert (f"to replace {made.user_id}, which has ended." in text) == (ends_within == 0)
    assert text.count('<span class="new">New</span>') == 1, "the one that it replaces is not"
    assert ApiIdentifier.objects.count() == 2


@pytest.mark.parametrize("sent", [{"end": "own"}, {"end": "own", "own": "2020-01-01T00:00"}])
def test_replacing_at_a_time_that_is_past_is_refused(client, base, sent):
    made = press(client, base)
    answer = client.post(f"{base}{made.pk}/replace/", {**sent, "once": uuid4()})
    assert answer.status_code == 422
    assert "Choose a time in the future." in answer.text
    assert ApiIdentifier.objects.count() == 1


@pytest.mark.parametrize("excel", [True, False])
def test_what_cannot_be_replaced_says_so_before_anything_is_typed(client, member, base, excel):
    mine = ApiIdentifierFactory(owner=member.user)
    if excel:
        mine.purpose, mine.valid_until = "excel", timezone.now() + DAY
    else:
        mine.replaced_by = ApiIdentifierFactory(owner=member.user)
    mine.save()
    for method in (client.get, client.post):
        answer = method(f"{base}{mine.pk}/replace/", {"end": "now", "once": uuid4()})
        assert answer.status_code == 409
        assert "cannot be replaced, or it has already been replaced" in answer.text
