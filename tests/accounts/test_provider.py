"""Signing in by the organisation's own OpenID Connect provider: one that runs on loopback here."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from apps.accounts.models import User
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.accounts.factors import CONFIRM, FACTOR, is_in, set_up_app
from tests.accounts.oidc import BACK, SIGN_IN, other_key, says, walk
from tests.conftest import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


def is_signed_in(client):
    return client.get("/accounts/security/").status_code == 200


def test_somebody_with_an_account_signs_in_by_verified_email(client, provider, user):
    assert "Sign in with Example" in client.get("/accounts/login/").text
    assert walk(client, provider, email="Person@Test.Example")["Location"] == "/"
    assert is_signed_in(client)
    assert provider.asked["code_verifier"]
    event = SecurityEvent.objects.get(verb=Verb.SIGNED_IN)
    assert (event.person_id, event.about) == (user.pk, "socialaccount")
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@test.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ""},
    ],
)
def test_nobody_gets_an_account_by_it(client, provider, user, claims):
    answer = walk(client, provider, **claims)
    assert answer["Location"] == "/accounts/login/"
    assert "There is no account here" in client.get("/accounts/login/").text
    assert not is_signed_in(client)
    assert list(User.objects.all()) == [user]
    assert SecurityEvent.objects.get().verb == Verb.FAILED


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": other_key},
        {"key": "a-secret-of-thirty-two-characters", "alg": "HS256"},
        {"key": None, "alg": "none"},
        {"iss": "https://elsewhere.example"},
        {"aud": "theirs"},
        {"exp": 1},
        {"state": "made-up"},
    ],
)
def test_a_token_that_is_not_the_providers_is_refused(client, provider, user, wrong):
    assert walk(client, provider, **wrong)["Location"] == "/accounts/login/"
    assert not is_signed_in(client)
    assert "did not work" in client.get("/accounts/login/").text


def test_a_closed_account_stays_closed(client, provider, user):
    user.is_active = False
    user.save()
    assert walk(client, provider)["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_no_account_is_connected_to_it(client, provider, user, sign_in):
    browser = sign_in(user)
    led = browser.post(f"{SIGN_IN}?process=connect")["Location"]
    state = parse_qs(urlsplit(led).query)["state"][0]
    walk(browser, provider, state=state)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
        ({"acr": "1"}, False),
    ],
)
def test_its_second_factor_counts_when_it_says_so(client, provider, user, claims, counts):
    walk(client, provider, **claims)
    assert is_signed_in(client)
    assert ("second_factor" in client.session) is counts


@pytest.mark.parametrize("claims", [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "1"}])
def test_without_such_a_claim_somebody_with_an_own_factor_is_asked_for_it(
    client, provider, user, claims
):
    set_up_app(signed_in(user))
    assert walk(client, provider, **claims)["Location"] == CONFIRM
    assert not is_in(client)


@pytest.mark.parametrize(
    ("ago", "asked"), [(60, False), (3600, True), (None, True), (-3600, True), ("now", True)]
)
def test_its_factor_lets_in_and_confirms_what_is_secret_while_it_says_it_was_given_lately(
    client, provider, user, ago, asked
):
    set_up_app(signed_in(user))
    said = {"auth_time": int(time.time()) - ago if isinstance(ago, int) else ago}
    assert walk(client, provider, amr=["mfa"], **said)["Location"] == "/"
    assert is_signed_in(client)
    assert (client.get(f"{FACTOR}app/remove/").status_code == 302) is asked


def test_it_is_asked_to_say_when_the_password_was_given(client, provider):
    asked = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)
    assert asked["max_age"] == ["43200"]


@pytest.mark.parametrize(
    ("ago", "asked"), [(60, False), (3600, True), (None, True), (-3600, True), ("now", True)]
)
def test_who_has_no_factor_is_asked_for_the_password_unless_it_was_given_there_lately(
    client, provider, user, ago, asked
):
    said = {"auth_time": int(time.time()) - ago if isinstance(ago, int) else ago}
    walk(client, provider, **said)
    assert is_signed_in(client)
    assert (client.get(f"{FACTOR}passkeys/add/").status_code == 302) is asked


def test_a_provider_that_answers_nonsense_or_not_at_all_is_said(client, provider, user):
    led = client.post(SIGN_IN)["Location"]
    provider.token = "no token"
    state = parse_qs(urlsplit(led).query)["state"][0]
    assert client.get(BACK, {"code": "c", "state": state})["Location"] == "/accounts/login/"
    state = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)["state"][0]
    provider.server_close()
    assert client.post(SIGN_IN)["Location"] == "/accounts/login/"
    assert client.get(BACK, {"code": "c", "state": state})["Location"] == "/accounts/login/"
    assert "did not work" in client.get("/accounts/login/").text


@pytest.mark.parametrize("called", ["https://elsewhere.example", "{}/", None])
def test_metadata_of_another_issuer_lead_nobody_anywhere(client, provider, user, called):
    provider.issuer = called and called.format(provider.at)
    assert client.post(SIGN_IN)["Location"] == "/accounts/login/"
    assert "did not work" in client.get("/accounts/login/").text


@pytest.mark.parametrize("told", [[], "text", 1, {}, "its issuer alone"])
def test_metadata_that_are_none_lead_nobody_anywhere(client, provider, user, told):
    provider.metadata = {"issuer": provider.at} if told == "its issuer alone" else told
    assert client.post(SIGN_IN)["Location"] == "/accounts/login/"
    assert "did not work" in client.get("/accounts/login/").text


def test_a_token_is_no_good_once_the_metadata_are_another_issuers(client, provider, user):
    led = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)
    provider.issuer = "https://elsewhere.example"
    says(provider)
    answer = client.get(BACK, {"code": "c", "state": led["state"][0]})
    assert answer["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_it_is_off_unless_configured(client):
    assert client.post(SIGN_IN).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "Sign in with" not in client.get("/accounts/login/").text


def test_a_link_alone_begins_nothing(provider):
    browser = Client()
    assert browser.get(SIGN_IN).status_code == 405
    assert "sessionid" not in browser.cookies


@pytest.mark.parametrize(("amr", "status"), [(["mfa"], 200), (["pwd"], 302)])
def test_where_a_second_factor_is_demanded_the_providers_will_do(
    client, provider, user, settings, amr, status
):
    settings.SECOND_FACTOR = "everybody"
    walk(client, provider, amr=amr)
    assert client.get("/companies/").status_code == status
