"""Signing in, out, and passwords."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import formats, timezone, translation

from apps.accounts.adapter import ANY_ADDRESS
from apps.accounts.models import User
from apps.companies.models import Company
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.work import mails

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
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert client.get("/companies/").status_code == 302


def test_a_password_is_reset_by_a_link_that_works_once(client, user):
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(\S+)", mails()[0].body).group(1)
    new = dict.fromkeys(["new_password1", "new_password2"], "another-fine-passphrase")
    form = client.get(link)["Location"]
    assert client.post(form, new).status_code == 302
    assert attempt(Client(), user.email, new["new_password1"])["Location"] == "/"
    assert "This link does not work" in Client().get(link, follow=True).text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "until {}:"), ("fi", "{} asti:"), ("sv", "till {}:")]
)
def test_the_mail_says_until_when_its_link_works(client, settings, language, said):
    settings.PASSWORD_RESET_TIMEOUT = 5 * 86_400
    user = UserFactory(language=language)
    before = timezone.localtime() + timedelta(days=5)
    client.post("/accounts/password/reset/", {"email": user.email})
    after = timezone.localtime() + timedelta(days=5)
    with translation.override(language):
        ends = [
            said.format(formats.date_format(at, "SHORT_DATETIME_FORMAT")) for at in (before, after)
        ]
    assert any(end in mails()[0].body for end in ends)


def test_an_unknown_email_gets_the_same_answer_and_no_mail(client):
    response = client.post(
        "/accounts/password/reset/", {"email": "nobody@test.example"}, follow=True
    )
    assert "we have sent the link" in response.text
    assert mails() == []


def test_a_password_is_changed(client, user):
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    new = {"oldpassword": PASSWORD, "password1": "another-fine-passphrase"}
    client.post("/accounts/password/change/", {**new, "password2": new["password1"]})
    assert attempt(Client(), user.email, new["password1"])["Location"] == "/"


def test_a_weak_password_is_refused(client, user):
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    new = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    response = client.post("/accounts/password/change/", new)
    assert "too short" in response.text


def test_emails_are_one_whatever_their_case(user):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        UserFactory(email="PERSON@test.example")


def test_a_domain_has_one_spelling_when_signing_in_too(client):
    UserFactory(email="person@xn--bcher-kva.example")
    assert attempt(client, "Person@Bücher.example")["Location"] == "/"


def test_a_stranger_who_guesses_locks_out_themselves_and_not_the_owner(user):
    for _ in range(6):
        attempt(Client(REMOTE_ADDR="192.0.2.1"), user.email, "wrong")
    told = attempt(Client(REMOTE_ADDR="192.0.2.1"), user.email).text
    assert re.search(r"Too many tries\. You can try again at \d\d:\d\d\.", told)
    assert attempt(Client(REMOTE_ADDR="192.0.2.2"), user.email)["Location"] == "/"


def test_many_strangers_together_do_not_guess_for_ever(user):
    for _ in range(100):
        ANY_ADDRESS.take(user.email)
    assert "Too many tries" in attempt(Client(REMOTE_ADDR="192.0.2.3"), user.email).text


def test_right_passwords_are_not_counted(user):
    for _ in range(7):
        assert attempt(Client(), user.email)["Location"] == "/"


def test_a_reset_password_ends_the_waiting_and_its_mail_speaks_the_persons_language(client):
    user = UserFactory(email="person@test.example", language="sv")
    for _ in range(5):
        attempt(client, user.email, "wrong")
    client.post("/accounts/password/reset/", {"email": "PERSON@test.example"})
    _of_failures, message = mails()
    assert message.subject == "Välj ett nytt lösenord till Netvisor Rights"
    assert (message.to, "example.com" in message.body) == ([user.email], False)
    new = dict.fromkeys(["new_password1", "new_password2"], "another-fine-passphrase")
    form = client.get(re.search(r"http://testserver(\S+)", message.body).group(1))["Location"]
    client.post(form, new)
    assert attempt(client, user.email, new["new_password1"])["Location"] == "/"


def username_in(page):
    """Return what a password manager takes for the name to sign in with."""
    return re.findall(r'autocomplete="username"[^>]* value="([^"]*)"', page.text)


def test_forms_that_ask_for_a_password_alone_name_the_account(client, sign_in, user):
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(\S+)", mails()[0].body).group(1)
    assert username_in(client.get(link, follow=True)) == [user.email]
    mine = sign_in(user)
    for page in ("reauthenticate/", "password/change/"):
        assert username_in(mine.get(f"/accounts/{page}")) == [user.email]


def test_the_way_to_a_new_password_is_shown_once(client):
    assert client.get(LOGIN).text.count("/accounts/password/reset/") == 1


@pytest.mark.parametrize(
    ("language", "wrong", "empty", "changed"),
    [
        ("en", "is not right", "This field is required.", "Password successfully changed."),
        ("fi", "on väärin", "Täytä tämä kenttä.", "Salasana vaihdettu."),
        ("sv", "är fel", "Fyll i det här fältet.", "Lösenordet har bytts."),
    ],
)
def test_the_libraries_speak_in_our_words(client, language, wrong, empty, changed):
    user, headers = UserFactory(language=language), {"Accept-Language": language}
    sent = {"login": user.email, "password": "wrong"}
    assert wrong in client.post(LOGIN, sent, headers=headers).text
    assert empty in client.post(LOGIN, {}, headers=headers).text
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    new = {"oldpassword": PASSWORD, "password1": (word := "another-fine-passphrase")}
    url = "/accounts/password/change/"
    assert changed in client.post(url, {**new, "password2": word}, follow=True).text


def test_a_sign_in_form_that_grew_old_in_another_tab_leads_on(user):
    browser = Client(enforce_csrf_checks=True)
    token = str(browser.get(LOGIN).context["csrf_token"])
    sent = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(LOGIN, sent)["Location"] == "/"
    assert browser.post(LOGIN, sent, follow=True).status_code == 200


def test_too_many_forms_are_answered_in_our_words(client):
    for _ in range(6):
        answer = client.post("/accounts/password/reset/", {"email": "nobody@test.example"})
    assert answer.status_code == 429
    assert "Wait a minute, then try again." in answer.text


@pytest.fixture
def said(client, user):
    """The page of users, to which somebody was led and which they did not look at."""
    member = MembershipFactory(user=user, editor=True)
    attempt(client, user.email)
    users = f"/companies/{member.company.business_id}/users/"
    guest = {"email": "n@test.example", "name": "Nora", "roles": "TT", "as_it_is": "1"}
    assert client.post(f"{users}invite/", {**guest, "once": uuid4()}).status_code == 302
    assert client.cookies["messages"].value
    return users


def other_person(said):
    company = Company.objects.get(business_id=said.split("/")[2])
    return MembershipFactory(company=company, editor=True).user


def test_what_was_said_to_one_person_is_not_said_to_the_next(client, said):
    client.post("/accounts/logout/")
    assert not client.cookies["messages"].value
    attempt(client, other_person(said).email)
    assert "Invitation sent" not in client.get(said).text


def test_nor_when_the_session_ended_by_itself(client, said):
    client.session.flush()
    attempt(client, other_person(said).email)
    assert "Invitation sent" not in client.get(said).text


@pytest.mark.parametrize(
    "address", [LOGIN, "/accounts/password/reset/", "/accounts/password/reset/done/"]
)
def test_opening_a_page_without_signing_in_begins_no_session(client, address):
    assert "sessionid" not in client.get(address).cookies


GUESSED = [
    "aaaaaaaaaaaaaaaa",
    "netvisor-rights",
    "netvisorrights1",
    "marjatta virtanen",
    "virtanenvirtanen",
    "test.example2026",
    "qwertyuiop1234",
    "passwordpassword",
    "liikaa" * 20,
]
"""Letters and rows of keys repeated, our name, the person's, their address; long is not enough."""


@pytest.mark.parametrize("guessed", GUESSED)
def test_a_password_that_is_soon_guessed_is_refused_at_its_field(client, guessed):
    user = UserFactory(name="Marjatta Virtanen", email="marjatta@test.example")
    client.force_login(user, backend="apps.security.backends.PersonBackend")
    sent = {"oldpassword": PASSWORD, "password1": guessed, "password2": guessed}
    assert "too easy to guess" in client.post("/accounts/password/change/", sent).text
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
