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


def begin(machine, port, text):
    """Send the beginning of a request over TLS, and nothing more."""
    trusting = ssl.create_default_context(cafile=machine.certificate)
    plain = socket.create_connection(("127.0.0.1", port))
    sending = trusting.wrap_socket(plain, server_hostname="localhost")
    sending.sendall(text.encode())
    return sending


def test_other_peoples_pages_go_on(machine, kaisa, proxy, say, request):
    took = []
    with ExitStack() as slow:
        for text in [HEADERS] * 20 + [BODY] * 8:
            slow.enter_context(begin(machine, proxy, text))
        for _ in range(20):
            begun = monotonic()
            with kaisa.opener.open(f"https://localhost:{proxy}{RIGHTS}", timeout=30) as page:
                assert b"Get customer list" in page.read()
            took.append(monotonic() - begun)
    said = f"pages took {sorted(took)[10]:.3f} s, the slowest {max(took):.3f} s"
    say(f"28 slow clients, {request.node.callspec.id}: {said}")
    assert max(took) < 2


def test_they_are_sent_away_after_ten_seconds_and_nothing_of_theirs_arrives(machine, proxy):
    begun, arrived = monotonic(), machine.log.read_text().count('"POST ')
    with begin(machine, proxy, HEADERS) as waiting, begin(machine, proxy, BODY) as sending:
        for one in (waiting, sending):
            one.settimeout(15)
            said = one.recv(1024)  # Caddy 2.6 says that all is well, with nothing in it
            assert not said or (b"Connection: close" in said and b"<" not in said)
    assert monotonic() - begun > 9
    assert machine.log.read_text().count('"POST ') == arrived


def test_what_is_too_large_is_refused_before_it_is_read(machine, proxy):
    large = BODY.replace("200000", "300000")
    with begin(machine, proxy, large) as sending:
        assert sending.recv(1024).startswith(b"HTTP/1.1 413")
