"""Signing in, out, and passwords."""

import re

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


def attempt(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def test_signing_in_by_email_in_any_case(client, user):
    assert attempt(client, "Person@Test.Example")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_is_refused_without_saying_which_was_wrong(client, user):
    wrong = attempt(client, user.email, "wrong").text
    unknown = attempt(client, "nobody@test.example").text
    message = re.compile(r'role="alert">(.*?)</div>')
    assert message.findall(wrong) == message.findall(unknown) != []


def test_guessing_is_stopped_even_with_the_right_password(client, user):
    for _ in range(5):
        attempt(client, user.email, "wrong")
    attempt(client, user.email)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("url", ["/accounts/signup/", "/accounts/email/", "/accounts/social/"])
def test_nobody_signs_up(client, url):
    assert client.get(url).status_code in (302, 404)
    assert not User.objects.exists()


def test_signing_out(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/accounts/logout/")
    assert client.get("/companies/").status_code == 302


def test_a_password_is_reset_by_a_link_that_works_once(client, user):
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    new = {"password1": "another-fine-passphrase", "password2": "another-fine-passphrase"}
    form = client.get(link)["Location"]
    assert client.post(form, new).status_code == 302
    assert attempt(Client(), user.email, new["password1"])["Location"] == "/"
    assert "This link does not work" in Client().get(link, follow=True).text


def test_an_unknown_email_gets_the_same_answer_and_no_mail(client):
    response = client.post(
        "/accounts/password/reset/", {"email": "nobody@test.example"}, follow=True
    )
    assert "the link is on its way" in response.text
    assert mail.outbox == []


def test_a_password_is_changed(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = {"oldpassword": PASSWORD, "password1": "another-fine-passphrase"}
    client.post("/accounts/password/change/", {**new, "password2": new["password1"]})
    assert attempt(Client(), user.email, new["password1"])["Location"] == "/"


def test_a_weak_password_is_refused(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    response = client.post("/accounts/password/change/", new)
    assert "too short" in response.text


def test_emails_are_one_whatever_their_case(user):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        UserFactory(email="PERSON@test.example")
