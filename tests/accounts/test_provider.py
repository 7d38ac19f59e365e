"""Signing in by the organisation's own OpenID Connect provider: one that runs on loopback here."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from jwt.algorithms import RSAAlgorithm

from apps.accounts.models import User
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
SIGN_IN, BACK = "/accounts/provider/own/", "/accounts/provider/own/back/"


class Provider(ThreadingHTTPServer):
    """Gives one ID token, whatever code it gets; keeps what it was asked for."""

    token, asked = "", {}

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        at, key = self.server.issuer, json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        config = {f"{name}_endpoint": f"{at}/{path}" for name, path in ends.items()}
        if self.path.startswith("/authorize"):
            return self.send_back(dict(parse_qsl(urlsplit(self.path).query)))
        if self.path == "/jwks":
            return self.say({"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]})
        return self.say({"issuer": at, "jwks_uri": f"{at}/jwks", **config})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = dict(parse_qsl(sent))
        self.say({"access_token": "a", "token_type": "Bearer", "id_token": self.server.token})

    def send_back(self, asked):
        """Answer a browser as if its person had pressed "yes"."""
        self.send_response(302)
        back = urlencode({"code": "c", "state": asked["state"]})
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def say(self, what):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def provider(settings):
    with ThreadingServer() as server:
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        app = {**app, "client_id": "ours", "secret": "of-ours", "name": "Example"}
        app["settings"] = {**app["settings"], "server_url": server.issuer}
        options = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options}
        settings.OIDC_ISSUER, settings.OIDC_NAME = server.issuer, "Example"
        yield server


class ThreadingServer:
    def __enter__(self):
        self.server = Provider(("127.0.0.1", 0), Answers)
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


def says(provider, *, key=KEY, alg="RS256", **claims):
    """Let the provider say these claims of whoever signs in next."""
    now = int(time.time())
    said = {"iss": provider.issuer, "aud": "ours", "sub": "1", "iat": now, "exp": now + 60}
    said |= {"email": "person@test.example", "email_verified": True, **claims}
    provider.token = jwt.encode(said, key, alg, headers={"kid": "1"})


def walk(client, provider, *, state=None, **claims):
    """Sign in by the provider, which says these claims; return the answer to coming back."""
    says(provider, **claims)
    led = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)
    return client.get(BACK, {"code": "c", "state": state or led["state"][0]})


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
        {"key": OTHER_KEY},
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


def test_a_provider_that_answers_nonsense_or_not_at_all_is_said(client, provider, user):
    led = client.post(SIGN_IN)["Location"]
    provider.token = "no token"
    state = parse_qs(urlsplit(led).query)["state"][0]
    assert client.get(BACK, {"code": "c", "state": state})["Location"] == "/accounts/login/"
    provider.server_close()
    assert client.post(SIGN_IN)["Location"] == "/accounts/login/"
    assert "did not work" in client.get("/accounts/login/").text


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
