"""How long one stays signed in, what is said before it ends, and what becomes of what was typed."""

import re
import time

import pytest
from django import forms
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.browsers import COOKIE
from apps.bulk.models import BulkChange
from apps.core.forms import fields_below, is_secret, secret_names
from apps.resources.rules import NOTHING
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.rights.addresses import HTMX

pytestmark = pytest.mark.django_db
HOUR = 3600
PAGE, SESSION = "/accounts/security/", "/accounts/session/"


@pytest.fixture
def kh(company):
    return MembershipFactory(company=company, editor=True).user


def browser_of(user, **more):
    """Return a browser in which somebody has signed in."""
    client = Client(**more)
    token = client.get("/accounts/login/").cookies["csrftoken"].value
    sent = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/accounts/login/", sent).status_code == 302
    return client


def aged(client, **seconds):
    """Let a session's times be so many seconds ago."""
    session = client.session
    for name, ago in ({"began": 6 * HOUR, "seen": 0} | seconds).items():
        session[name] = time.time() - ago
    session.save()
    return client


def is_signed_in(client):
    return client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "goes_on"),
    [
        ({"began": 11.9 * HOUR, "seen": 1.9 * HOUR}, True),
        ({"began": 3 * HOUR, "seen": 2.1 * HOUR}, False),
        ({"began": 12.1 * HOUR, "seen": 0}, False),
        ({"began": 0, "seen": -HOUR}, False),
        ({"began": -HOUR, "seen": -HOUR}, False),
    ],
)
def test_a_session_ends_when_idle_when_old_and_when_the_clock_was_set_back(kh, seconds, goes_on):
    client = aged(browser_of(kh), **seconds)
    assert is_signed_in(client) is goes_on
    assert SecurityEvent.objects.filter(verb=Verb.TIMED_OUT).exists() is not goes_on
    assert not SecurityEvent.objects.filter(verb=Verb.SIGNED_OUT).exists()
    assert Session.objects.exists() is goes_on


def test_a_session_without_times_is_over(kh):
    client = browser_of(kh)
    session = client.session
    del session["began"]
    session.save()
    assert not is_signed_in(client)


def test_what_one_does_is_noted_once_in_five_minutes(kh, django_assert_num_queries):
    client = browser_of(kh)
    for ago, written in ((299, 0), (301, 1)):
        aged(client, seen=ago)
        statements = (
            4 + 3 * written
        )  # session, user, browsers, sessions; a savepoint and its update
        with django_assert_num_queries(statements):
            client.get(PAGE)
    assert time.time() - client.session["seen"] < 60


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(kh):
    client = aged(browser_of(kh), seen=HOUR)
    assert client.get(SESSION).json()["left"] == pytest.approx(HOUR, abs=5)
    assert client.get(SESSION).json()["left"] == pytest.approx(HOUR, abs=5)
    assert client.post(SESSION).json()["left"] == pytest.approx(2 * HOUR, abs=5)


@pytest.mark.parametrize(("tail", "headers", "left"), [("progress/", HTMX, 1), ("", {}, 2)])
def test_the_progress_of_a_bulk_change_is_no_activity_and_its_page_is(tail, headers, left):
    """A window left open on a long change would stay signed in; going back to its page is a deed."""
    user = MembershipFactory(roles=["TPK"], editor=True).user
    client = browser_of(user)
    change = BulkChange.objects.create(
        by=user, action="allow", chosen="all", resources=NOTHING, started_at=timezone.now()
    )
    aged(client, seen=HOUR)
    assert client.get(f"/office/rights/{change.pk}/{tail}", headers=headers).status_code == 200
    assert client.get(SESSION).json()["left"] == pytest.approx(left * HOUR, abs=5)


def test_it_is_said_before_it_happens(kh):
    client = aged(browser_of(kh), began=3 * HOUR, seen=1.95 * HOUR)
    soon = client.get(SESSION, headers=HTMX).text
    assert "as nothing has been done for a long time" in soon
    assert "Stay signed in" in soon
    aged(client, began=11.95 * HOUR, seen=0)
    assert "Stay signed in" not in client.get(SESSION, headers=HTMX).text
    assert "You will be signed out at" in client.get(PAGE).text


def test_strangers_stay_for_no_second(client):
    assert client.get(SESSION).json() == {"left": 0}
    assert client.post(SESSION).json() == {"left": 0}
    assert "Your session has ended" in client.get(SESSION, headers=HTMX).text


def test_the_way_back_in_says_what_happened(kh):
    answer = aged(browser_of(kh), seen=3 * HOUR).get(PAGE, follow=True)
    assert answer.redirect_chain == [(f"/accounts/login/?next={PAGE}", 302)]
    assert "Your session has ended. Sign in to continue." in answer.text


def invite(company):
    return f"/companies/{company.business_id}/users/invite/"


def test_a_form_sent_too_late_is_kept_and_sent_again(kh, company):
    browser = browser_of(kh, enforce_csrf_checks=True)
    token = str(browser.get(PAGE).context["csrf_token"])
    typed = {"email": "n@test.example", "name": "Nora", "roles": ["TT", "KP"]}
    aged(browser, seen=3 * HOUR)
    sent = {**typed, "csrfmiddlewaretoken": token}
    late = browser.post(invite(company), sent, headers={"Origin": "http://testserver"})
    assert (late.status_code, "Sign in in a new tab" in late.text) == (401, True)
    assert "no-store" in late["Cache-Control"]
    assert late.context["sent"][1:] == [("name", "Nora"), ("roles", "TT"), ("roles", "KP")]
    browser.cookies.update(browser_of(kh).cookies)
    again = browser.post(invite(company), sent, headers={"Origin": "http://testserver"})
    assert (again.status_code, again.context["sent"]) == (409, late.context["sent"])
    sent["csrfmiddlewaretoken"] = again.context["token"]
    assert browser.post(invite(company), sent).status_code == 422  # the form's own answer


def test_what_another_site_sends_is_not_kept(kh, company):
    browser = browser_of(kh, enforce_csrf_checks=True)
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        answer = browser.post(invite(company), {"name": "Nora"}, headers=headers)
        assert (answer.status_code, "Nora" in answer.text) == (403, False)


def test_no_name_is_secret_in_one_form_and_plain_in_another():
    reverse("home")  # by now every form is known
    fields = [
        (name, is_secret(field))
        for name, field in fields_below(forms.BaseForm)
        if not isinstance(field, ReadOnlyPasswordHashField)  # nothing is typed there
    ]
    assert secret_names().isdisjoint(name for name, secret in fields if not secret)
    assert "code" in secret_names()


@pytest.mark.parametrize("name", ["oldpassword", "new_password1", "code", "again"])
def test_a_password_is_kept_on_no_page(kh, name):
    browser = aged(browser_of(kh), seen=3 * HOUR)
    answer = browser.post("/companies/", {name: PASSWORD})
    assert (answer.status_code, PASSWORD in answer.text) == (302, False)


def test_a_press_over_htmx_leaves_the_page_as_it_is(kh, company):
    browser = aged(browser_of(kh), seen=3 * HOUR)
    press = f"/companies/{company.business_id}/interface-resources/set/"
    for ask in (browser.post, browser.get):
        answer = ask(press, headers=HTMX)
        assert (answer.status_code, answer["HX-Retarget"]) == (401, "#window")
        assert "What you typed is still on the page." in answer.text


def test_and_once_signed_in_it_gets_the_new_token(kh, company):
    browser = browser_of(kh, enforce_csrf_checks=True)
    headers = {**HTMX, "Origin": "http://testserver"}
    press = f"/companies/{company.business_id}/interface-resources/set/"
    answer = browser.post(press, {"csrfmiddlewaretoken": "x" * 64}, headers=headers)
    assert (answer.status_code, "press the button again" in answer.text) == (409, True)
    token = re.search(r'data-token="(\w+)"', answer.text).group(1)
    assert browser.post(press, {"csrfmiddlewaretoken": token}, headers=headers).status_code != 409


def test_the_cookie_of_a_browser_is_made_by_us_alone(kh):
    browser = browser_of(kh)
    assert browser.cookies[COOKIE]["httponly"]
    stranger = Client()
    stranger.cookies[COOKIE] = browser.cookies[COOKIE].value[:-1] + "!"
    press = stranger.post("/companies/", {"name": "typed"})
    assert press.status_code == 302
    stranger.cookies[COOKIE] = browser.cookies[COOKIE].value
    assert stranger.post("/companies/", {"name": "typed"}).status_code == 401


def test_one_browser_knows_several_people(kh):
    browser = browser_of(kh)
    known = browser.cookies[COOKIE].value
    browser.get(PAGE)
    assert browser.cookies[COOKIE].value == known
    other = UserFactory()
    browser.post("/accounts/logout/")
    browser.post("/accounts/login/", {"login": other.email, "password": PASSWORD})
    assert browser.cookies[COOKIE].value != known
