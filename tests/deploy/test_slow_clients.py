"""Clients that never finish what they send wait at the proxy, and nobody else does."""

import socket
import ssl
from contextlib import ExitStack
from time import monotonic

from tests.deploy.conftest import RIGHTS

HEADERS = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)


def begin(machine, text):
    """Send the beginning of a request over TLS, and nothing more."""
    trusting = ssl.create_default_context(cafile=machine.certificate)
    plain = socket.create_connection(("127.0.0.1", machine.ports["https"]))
    sending = trusting.wrap_socket(plain, server_hostname="localhost")
    sending.sendall(text.encode())
    return sending


def test_other_peoples_pages_go_on(machine, kaisa, say):
    with ExitStack() as slow:
        for text in [HEADERS] * 20 + [BODY] * 8:
            slow.enter_context(begin(machine, text))
        took = []
        for _ in range(20):
            begun = monotonic()
            kaisa.open(RIGHTS)
            took.append(monotonic() - begun)
    say(f"28 slow clients: pages took {sorted(took)[10]:.3f} s, the slowest {max(took):.3f} s")
    assert max(took) < 2


def test_they_are_sent_away_after_ten_seconds(machine):
    with begin(machine, HEADERS) as waiting, begin(machine, BODY) as sending:
        for one in (waiting, sending):
            one.settimeout(15)
            assert b"200" not in one.recv(1024)


def test_what_is_too_large_is_refused_before_it_is_read(machine):
    large = BODY.replace("200000", "300000")
    with begin(machine, large) as sending:
        assert sending.recv(1024).startswith(b"HTTP/1.1 413")
