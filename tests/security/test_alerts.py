"""Of what people are told by mail: a new browser, failures, and changes of how they sign in."""

from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from apps.audit.models import AuditEvent
from apps.security.models import SecurityEvent
from apps.security.receivers import TOLD
from apps.security.rules import CHANGES, Verb, is_alarming
from apps.security.texts import ALERTS
from tests.factories import PASSWORD, UserFactory
from tests.work import mails

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def user(db):
    return UserFactory(email="person@test.example", language="en")


def attempt(client, user, password=PASSWORD):
    sent = {"login": user.email, "password": password}
    return client.post("/accounts/login/", sent, HTTP_USER_AGENT=FIREFOX)


def subjects():
    return [message.subject for message in mails()]


def test_every_alarming_event_has_its_words():
    told = {
        verb
        for verb, known, before in product(Verb, [True, False], [True, False])
        if is_alarming(verb, known=known, signed_in_before=before, failures=5)
    }
    assert told == set(ALERTS) == {*CHANGES, Verb.SIGNED_IN, Verb.FAILED}


def test_a_new_browser_is_told_but_not_the_first_nor_a_known_one(user):
    first = Client()
    attempt(first, user)
    first.post("/accounts/logout/")
    attempt(first, user)
    assert subjects() == []
    attempt(Client(REMOTE_ADDR="192.0.2.9"), user)
    assert subjects() == ["New sign-in to Netvisor Rights"]
    body = mail.outbox[0].body
    assert "Browser: Firefox on Linux\nNetwork address: 192.0.2.9" in body
    assert "http://testserver/accounts/security/" in body


def test_a_browser_that_knows_another_is_new_all_the_same(user):
    attempt(Client(), user)
    browser = Client()
    attempt(browser, UserFactory())
    browser.post("/accounts/logout/")
    attempt(browser, user)
    assert subjects() == ["New sign-in to Netvisor Rights"]


def test_of_one_kind_one_mail_an_hour(user):
    for _ in range(3):
        attempt(Client(), user)
    assert len(mails()) == 1
    TOLD.forget(str(user.pk), Verb.SIGNED_IN)
    attempt(Client(), user)
    assert len(mails()) == 2


def test_five_failures_are_told_and_four_are_not(user):
    for number in range(4):
        attempt(Client(REMOTE_ADDR=f"192.0.2.{number}"), user, "wrong")
    assert subjects() == []
    attempt(Client(REMOTE_ADDR="192.0.2.5"), user, "wrong")
    assert subjects() == ["Failed sign-ins to Netvisor Rights"]


def test_failures_of_nobody_are_told_to_nobody(db):
    for number in range(6):
        attempt(Client(REMOTE_ADDR=f"192.0.2.{number}"), UserFactory.build(), "wrong")
    assert subjects() == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Your password has been changed"),
        ("fi", "Salasanasi on vaihdettu"),
        ("sv", "Ditt lösenord har bytts"),
    ],
)
def test_a_changed_password_is_told_in_the_persons_language(user, sign_in, language, subject):
    user.language = language
    user.save()
    new = dict.fromkeys(["password1", "password2"], "another-fine-passphrase")
    client = sign_in(user)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert subjects() == [subject]
    assert "another-fine-passphrase" not in mail.outbox[0].body


@pytest.fixture
def staff(db, sign_in):
    return sign_in(UserFactory(is_staff=True, is_superuser=True))


def test_an_email_that_site_staff_changed_is_told_at_both_addresses(user, staff):
    sent = {"email": "new@test.example", "name": user.name, "language": "en", "is_active": "on"}
    assert staff.post(f"/admin/accounts/user/{user.pk}/change/", sent).status_code == 302
    assert subjects() == ["Your email address has been changed"] * 2
    assert [message.to for message in mail.outbox] == [["new@test.example"], [user.email]]
    assert SecurityEvent.objects.get().verb == Verb.EMAIL_CHANGED


def test_a_password_that_site_staff_set_is_told(user, staff):
    new = dict.fromkeys(["password1", "password2"], "another-fine-passphrase")
    new["usable_password"] = "true"
    assert staff.post(f"/admin/accounts/user/{user.pk}/password/", new).status_code == 302
    assert subjects() == ["Your password has been changed"]


def test_a_lost_factor_that_site_staff_took_away_is_told_and_nothing_of_it_shown(user, staff):
    kept = {"secret": "Kept 1", "seed": "Kept 1"}
    lost, _codes = (
        Authenticator.objects.create(user=user, type=one, data=kept)
        for one in ("totp", "recovery_codes")
    )
    address = f"/admin/mfa/authenticator/{lost.pk}/"
    assert "Kept 1" not in staff.get(f"{address}change/").text
    assert staff.post(f"{address}change/", {"data": "{}"}).status_code == 403
    assert staff.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert subjects() == ["A way of signing in has been removed"]
    assert AuditEvent.objects.get().verb == "user:factor"


def test_nobody_is_told_of_a_closed_account(user):
    attempt(Client(), user)
    attempt(Client(), user)
    user.is_active = False
    user.save()
    assert subjects() == []
