"""The page "Security": where somebody is signed in, and how other browsers are signed out."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from apps.accounts.tasks import forget_sessions
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/security/"
END = f"{PAGE}end/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


def browser_of(user, agent=FIREFOX, address="192.0.2.1", password=PASSWORD):
    """Return a browser in which somebody has signed in."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": user.email, "password": password})
    return client


def is_signed_in(client):
    return client.get(PAGE).status_code == 200


def test_the_page_names_each_browser_and_this_one_first(user):
    phone, desk = browser_of(user, SAFARI, "192.0.2.7"), browser_of(user)
    browser_of(UserFactory(), "Opera/1")
    shown = phone.get(PAGE).context["page"].browsers
    assert [(one.name, one.is_this) for one in shown] == [
        ("Safari on iPhone", True),
        ("Firefox on Linux", False),
    ]
    assert "Network address 192.0.2.7" in desk.get(PAGE).text


def test_one_browser_is_ended_and_the_record_says_so(user):
    here, there, elsewhere = (browser_of(user) for _ in range(3))
    row = UserSession.objects.get(session_key=there.session.session_key)
    answer = here.post(END, {"browser": row.pk}, follow=True)
    assert "1 browser signed out." in answer.text
    assert [is_signed_in(one) for one in (here, there, elsewhere)] == [True, False, True]
    event = SecurityEvent.objects.get(verb=Verb.BROWSER_ENDED)
    assert (event.person_id, event.about) == (user.pk, "192.0.2.1 Firefox Linux")


def test_all_others_are_ended_at_once(user):
    here, *others = (browser_of(user) for _ in range(3))
    here.post(END, {"browser": "all"})
    assert is_signed_in(here)
    assert not any(is_signed_in(one) for one in others)
    assert "Sign out all others" not in here.get(PAGE).text


@pytest.mark.parametrize("which", ["", "x", "0"])
def test_nobody_ends_what_is_not_theirs(user, which):
    here, stranger = browser_of(user), browser_of(UserFactory())
    theirs = UserSession.objects.get(session_key=stranger.session.session_key)
    for sent in (which, theirs.pk):
        assert "signed out already" in here.post(END, {"browser": sent}, follow=True).text
    assert is_signed_in(stranger)
    assert is_signed_in(here)


def test_a_changed_password_leaves_this_browser_alone(user):
    here, there = browser_of(user), browser_of(user)
    new = dict.fromkeys(["password1", "password2"], "another-fine-passphrase")
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert not is_signed_in(there)
    [only] = here.get(PAGE).context["page"].browsers
    assert only.is_this


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/141 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_browsers_are_named_in_words(user, agent, name):
    [shown] = browser_of(user, agent).get(PAGE).context["page"].browsers
    assert shown.name == name


def test_where_a_session_came_from_is_forgotten_with_it(user):
    here, there = browser_of(user), browser_of(user)
    there.post("/accounts/logout/")
    [_only] = here.get(PAGE).context["page"].browsers
    forget_sessions.call()
    assert UserSession.objects.get().session_key == here.session.session_key


def test_statements_are_flat(user, django_assert_num_queries):
    here = browser_of(user)
    for count in (1, 8):
        while UserSession.objects.count() < count:
            browser_of(user)
        with django_assert_num_queries(4):  # session, user, browsers, their sessions
            here.get(PAGE)
