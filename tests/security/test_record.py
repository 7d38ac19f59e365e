"""What signing in, taking files and showing Keys leave in the security record."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from apps.core.final import FinalEventError
from apps.security import tasks
from apps.security.models import SecurityEvent
from apps.security.rules import KEPT_DAYS, Verb
from tests.factories import PASSWORD, ApiIdentifierFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
BROWSER = {"HTTP_USER_AGENT": "Firefox/140"}


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


def attempt(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password}, **BROWSER)


def verbs():
    return [event.verb for event in SecurityEvent.objects.order_by("pk")]


def test_signing_in_and_out_is_recorded_with_address_and_browser(client, user):
    attempt(client, user.email)
    client.post("/accounts/logout/")
    assert verbs() == [Verb.SIGNED_IN, Verb.SIGNED_OUT]
    event = SecurityEvent.objects.last()
    assert (event.person_id, event.address, event.browser) == (user.pk, "127.0.0.1", "Firefox/140")
    assert event.about == "password"


def test_a_failure_names_a_known_person_and_never_what_was_typed(client, user):
    attempt(client, user.email, "typed-by-mistake")
    attempt(client, "stranger@test.example", "typed-by-mistake")
    known, unknown = SecurityEvent.objects.order_by("pk")
    assert (known.verb, known.person_id) == (Verb.FAILED, user.pk)
    assert (unknown.verb, unknown.person_id, unknown.person) == (Verb.FAILED, None, "")
    everything = str(list(SecurityEvent.objects.values()))
    assert "typed-by-mistake" not in everything
    assert "stranger" not in everything


def test_too_many_tries_are_recorded_as_stopped(client, user):
    for _ in range(6):
        attempt(client, user.email, "wrong")
    assert verbs() == [Verb.FAILED] * 5 + [Verb.LOCKED_OUT]


def test_passwords_and_confirmations_are_recorded(client, user):
    attempt(client, user.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    new = dict.fromkeys(["password1", "password2"], "another-fine-passphrase")
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert verbs() == [Verb.SIGNED_IN, Verb.CONFIRMED, Verb.PASSWORD_CHANGED]


def test_files_and_keys_are_recorded_with_their_company(client, company):
    membership = MembershipFactory(company=company, editor=True)
    identifier = ApiIdentifierFactory(owner=membership.user)
    attempt(client, membership.user.email)
    client.get(f"/companies/{company.business_id}/history/csv/")
    client.post(f"/companies/{company.business_id}/api-identifiers/{identifier.pk}/key/")
    assert verbs()[1:] == [Verb.EXPORTED, Verb.KEY_SHOWN]
    assert {one.company_id for one in SecurityEvent.objects.exclude(about="password")} == {
        company.pk
    }


def test_an_event_is_neither_changed_nor_deleted(client, user):
    attempt(client, user.email)
    event = SecurityEvent.objects.get()
    for refused in (event.save, event.delete, SecurityEvent.objects.all().delete):
        with pytest.raises(FinalEventError):
            refused()
    with pytest.raises(FinalEventError):
        SecurityEvent.objects.all().update(person="x")


@pytest.mark.parametrize(
    "sql", ["UPDATE security_securityevent SET person = 'x'", "DELETE FROM security_securityevent"]
)
def test_postgresql_itself_refuses(client, user, sql):
    attempt(client, user.email)
    expected = (
        pytest.raises(DatabaseError) if connection.vendor == "postgresql" else transaction.atomic()
    )
    with expected, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_only_what_was_kept_long_enough_is_forgotten():
    for days in (KEPT_DAYS - 1, KEPT_DAYS + 1):
        SecurityEvent.objects.create(
            verb=Verb.SIGNED_IN, at=timezone.now() - timedelta(days=days), about=str(days)
        )
    tasks.forget.call()
    assert [event.about for event in SecurityEvent.objects.all()] == [str(KEPT_DAYS - 1)]


def test_a_clock_that_was_set_back_lengthens_no_confirmation(client, company):
    membership = MembershipFactory(company=company, editor=True)
    identifier = ApiIdentifierFactory(owner=membership.user)
    attempt(client, membership.user.email)
    session = client.session
    session["account_authentication_methods"][0]["at"] += 3600
    session.save()
    answer = client.post(f"/companies/{company.business_id}/api-identifiers/{identifier.pk}/key/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert verbs()[-1] == Verb.CONFIRMATION_ASKED


def test_site_staff_look_up_a_person_and_change_nothing(user):
    staff = Client()
    staff.force_login(UserFactory(is_staff=True, is_superuser=True))
    attempt(Client(), user.email)
    page = staff.get("/admin/security/securityevent/", {"q": user.email})
    assert "Firefox/140" in page.text
    assert staff.get("/admin/security/securityevent/add/").status_code == 403
    assert "Firefox" not in staff.get("/admin/security/securityevent/", {"q": "no@x.fi"}).text


@pytest.mark.parametrize("all_found", ["0", "1"])
def test_site_staff_take_what_they_found_as_a_file(user, all_found):
    staff = Client()
    staff.force_login(UserFactory(is_staff=True, is_superuser=True))
    attempt(Client(), user.email)
    attempt(Client(), UserFactory(email="else@test.example").email)
    mine = SecurityEvent.objects.get(person_id=user.pk)
    sent = {"action": "as_csv", "select_across": all_found, "_selected_action": [mine.pk]}
    page = f"/admin/security/securityevent/?q={user.email}"
    answer = staff.post(page, sent)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert (len(lines), "Signed in" in lines[1], str(user) in lines[1]) == (2, True, True)
    assert verbs()[-1] == Verb.EXPORTED
