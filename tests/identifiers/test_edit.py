"""What an identifier is for and until when it is valid, and pausing it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.identifiers import services
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose
from apps.identifiers.services import Wanted
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
)
from tests.identifiers.helpers import press
from tests.rights.addresses import HTMX

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_it_is_for_is_kept_by_its_owner(client, member, company, base):
    bezala = IntegrationFactory(name_en="Bezala")
    ListingFactory(company=company, integration=bezala)
    made = press(client, base)
    sent = {"note": "Receipts", "purpose": "store", "integration": bezala.public_id}
    answer = client.post(f"{base}{made.pk}/edit/", sent, follow=True)
    assert "Receipts" in answer.text
    assert "Netvisor Store extension · Bezala" in answer.text.replace("\n", "")
    event = AuditEvent.objects.get(verb="identifier:note")
    assert event.before["note"] == ""
    assert event.after == {"note": "Receipts", "purpose": "store", "integration": "Bezala"}


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"note": "x" * 201, "purpose": "api"}, "at most 200 characters"),
        ({"note": "a\x00b", "purpose": "api"}, "Null characters"),
        ({"note": "kept", "purpose": "excel"}, "not one of the available choices"),
        ({"note": "kept", "purpose": "api", "integration": "f" * 16}, "not one of the available"),
        ({"note": "kept", "purpose": "api", "valid_until": "soon"}, "Enter a valid date/time"),
        ({"note": "kept", "purpose": "api", "valid_until": "2020-01-01T00:00"}, "in the future"),
        (
            {"note": "kept", "purpose": "api", "valid_until": "2027-03-28T03:30"},
            "Clocks skip this time",
        ),
    ],
)
def test_bad_input_gets_a_message_and_loses_nothing_typed(client, base, sent, message, headers):
    made = press(client, base)
    answer = client.post(f"{base}{made.pk}/edit/", sent, headers=headers)
    assert answer.status_code == 422
    assert message in answer.text
    assert sent["note"].replace("\x00", "") in answer.text.replace("\x00", "")
    made.refresh_from_db()
    assert (made.note, made.valid_until) == ("", None)


def test_an_end_is_kept_in_local_time_and_shown(client, base):
    made = press(client, base)
    sent = {"note": "", "purpose": "api", "valid_until": "2099-07-01T12:00"}
    text = client.post(f"{base}{made.pk}/edit/", sent, follow=True).text
    assert "Valid until 1 Jul 2099 12:00" in text
    made.refresh_from_db()
    assert made.valid_until.isoformat() == "2099-07-01T09:00:00+00:00"
    client.post(f"{base}{made.pk}/edit/", {"note": "", "purpose": "api", "valid_until": ""})
    made.refresh_from_db()
    assert made.valid_until is None
    assert AuditEvent.objects.filter(verb="identifier:validity").count() == 2


SECOND_TIME = datetime(2099, 10, 25, 1, 30, 20, tzinfo=UTC)
"""Half past three in the morning, for the second time, when winter time begins."""


def test_an_end_in_the_hour_that_comes_twice_is_kept_and_hinders_nothing(client, base):
    made = press(client, base)
    ApiIdentifier.objects.filter(pk=made.pk).update(valid_until=SECOND_TIME)
    form = client.get(f"{base}{made.pk}/edit/").text
    shown = re.search(r'name="valid_until" value="([^"]+)"', form).group(1)
    assert "Finnish time" in form
    sent = {"note": "Receipts", "purpose": "api", "valid_until": shown}
    assert client.post(f"{base}{made.pk}/edit/", sent).status_code == 302
    made.refresh_from_db()
    assert (made.note, made.valid_until) == ("Receipts", SECOND_TIME)


def test_a_typed_time_that_comes_twice_is_the_earlier(client, base):
    made = press(client, base)
    sent = {"note": "", "purpose": "api", "valid_until": "2099-10-25T03:30"}
    client.post(f"{base}{made.pk}/edit/", sent)
    made.refresh_from_db()
    assert made.valid_until == datetime(2099, 10, 25, 0, 30, tzinfo=UTC)
    replace = {"end": "own", "own": "2098-10-26T03:30", "once": uuid4()}
    client.post(f"{base}{made.pk}/replace/", replace)
    made.refresh_from_db()
    assert made.valid_until == datetime(2098, 10, 26, 0, 30, tzinfo=UTC)


def test_saving_nothing_new_records_nothing(client, base):
    made = press(client, base)
    client.post(f"{base}{made.pk}/edit/", {"note": "", "purpose": "api"})
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_pausing_and_resuming(client, base, headers):
    made = press(client, base)
    client.post(f"{base}{made.pk}/pause/", headers=headers)
    paused = client.get(base).text
    assert "Paused since" in paused
    assert "Valid until further notice" not in paused
    client.post(f"{base}{made.pk}/pause/", headers=headers)
    text = client.post(f"{base}{made.pk}/resume/", headers=headers, follow=True).text
    assert f"{made.user_id} is in use again." in text
    made.refresh_from_db()
    assert made.paused_at is None
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["identifier:create", "identifier:pause", "identifier:resume"]


def test_an_excel_identifier_keeps_its_hours_whoever_asks(access):
    mine = services.create(access, Wanted(Purpose.EXCEL), once=uuid4())
    until, asked = mine.valid_until, {"purpose": Purpose.EXCEL, "note": "", "integration": None}
    saved = services.edit(access, mine.pk, **asked, valid_until=timezone.now() + DAY)
    assert saved.valid_until == until


def test_saving_a_note_moves_no_end(client, member, base):
    end = timezone.now() + timedelta(seconds=50)
    mine = ApiIdentifierFactory(owner=member.user, made_in=member.company, valid_until=end)
    shown = re.search(
        r'name="valid_until" value="([^"]+)"', client.get(f"{base}{mine.pk}/edit/").text
    )
    sent = {"note": "kept", "purpose": "api", "valid_until": shown.group(1)}
    assert client.post(f"{base}{mine.pk}/edit/", sent).status_code == 302
    mine.refresh_from_db()
    assert (mine.note, mine.valid_until) == ("kept", end)
    [event] = AuditEvent.objects.all()
    assert (event.verb, event.after) == ("identifier:note", {"note": "kept"})
