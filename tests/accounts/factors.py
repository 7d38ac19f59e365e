"""Second factors as people use them: an app's codes, recovery codes, signing in by both."""

import base64
import hmac
import re
import struct
import time

from django.core.cache import cache
from django.test import TestCase

from tests.factories import PASSWORD

LOGIN = "/accounts/login/"
FACTOR = "/accounts/second-factor/"
CONFIRM = f"{FACTOR}confirm/"


def code_of(key: str, *, steps: int = 0) -> str:
    """Return what an app shows for a key (RFC 6238), some steps of 30 seconds from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(base64.b32decode(key), counter, "sha1")
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def set_up_app(client) -> tuple[str, list[str]]:
    """Set up an app for who is signed in; return its key and the recovery codes."""
    page = client.get(f"{FACTOR}app/").text
    [key] = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"{FACTOR}app/", {"code": code_of(key)})
    shown = client.get(f"{FACTOR}codes/").text
    cache.clear()  # as if the code's half minute were over
    return key, re.findall(r"<code>(\d{8})</code>", shown)


def password(client, user):
    """Take the first step of signing in."""
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD})


def confirm(client, code: str):
    """Take the second."""
    return client.post(CONFIRM, {"code": code})


def is_in(client) -> bool:
    """Tell whether the client is signed in."""
    return "_auth_user_id" in client.session
