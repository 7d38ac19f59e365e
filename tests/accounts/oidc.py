"""An OpenID Connect provider that runs on loopback."""

import json
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

SIGN_IN, BACK = "/accounts/provider/own/", "/accounts/provider/own/back/"


@cache
def own_key():
    """Return the key by which the provider is known."""
    return rsa.generate_private_key(65537, 2048)


@cache
def other_key():
    """Return a key that nobody knows."""
    return rsa.generate_private_key(65537, 2048)


class Provider(ThreadingHTTPServer):
    """Gives one ID token, whatever code it gets; keeps what it was asked for."""

    token, asked, issuer, metadata = "", {}, "", None

    @property
    def at(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        at, key = self.server.at, json.loads(RSAAlgorithm.to_jwk(own_key().public_key()))
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        config = {f"{name}_endpoint": f"{at}/{path}" for name, path in ends.items()}
        if self.path.startswith("/authorize"):
            return self.send_back(dict(parse_qsl(urlsplit(self.path).query)))
        if self.path == "/jwks":
            return self.say({"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]})
        told = {"issuer": self.server.issuer, "jwks_uri": f"{at}/jwks", **config}
        return self.say(told if self.server.metadata is None else self.server.metadata)

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
        app["settings"] = {**app["settings"], "server_url": server.at}
        options = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options}
        settings.OIDC_ISSUER, settings.OIDC_NAME = server.issuer, "Example"
        yield server


class ThreadingServer:
    def __enter__(self):
        self.server = Provider(("127.0.0.1", 0), Answers)
        self.server.issuer = self.server.at
        Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()
        return self.server

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def says(provider, *, key=own_key, alg="RS256", **claims):
    """Let the provider say these claims of whoever signs in next."""
    now = int(time.time())
    said = {"iss": provider.issuer, "aud": "ours", "sub": "1", "iat": now, "exp": now + 60}
    said |= {"email": "person@test.example", "email_verified": True, **claims}
    provider.token = jwt.encode(said, key() if callable(key) else key, alg, headers={"kid": "1"})


def walk(client, provider, *, state=None, **claims):
    """Sign in by the provider, which says these claims; return the answer to coming back."""
    says(provider, **claims)
    led = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)
    return client.get(BACK, {"code": "c", "state": state or led["state"][0]})
