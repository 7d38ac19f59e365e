"""What reaches the service is what was judged, whatever a client writes into a request."""

import time
from contextlib import suppress
from http.client import HTTPException

import pytest

from tests.gateways.servers import SECRET, connect, send

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
ALLOWED, BLOCKED = "/customerlist.nv", "/salesinvoice.nv"
PLACES = ["X-Original-URI", "X-Forwarded-Uri", "X-Rewrite-Url", "X-Envoy-Original-Path"]
ODD = [
    "/x/../salesinvoice.nv",
    "/customerlist.nv/../salesinvoice.nv",
    "//salesinvoice.nv",
    "/salesinvoice.nv;customerlist.nv",
    "/%2e%2e/salesinvoice.nv",
    "/salesinvoice%2env",
    "/customerlist.nv%2f..%2fsalesinvoice.nv",
    "/customerlist.nv%00",
    "/customerlist.nv/salesinvoice.nv",
    "/customerlist.nv%3f/../salesinvoice.nv",
    "/customerlist.nv#/salesinvoice.nv",
    "http://localhost/salesinvoice.nv",
]


def judged(answer, reached):
    """Either it was refused, or what was signed arrived with one value of each signed header."""
    if answer.status != 200:
        return not reached and 400 <= answer.status < 500
    [sent] = reached
    names = [name.lower() for name, _value in sent.headers]
    signed = [name for name in names if name.startswith("x-netvisor-")]
    return sent.target == ALLOWED and len(set(signed)) == len(signed)


def test_a_client_cannot_say_what_it_asks_for_in_a_header(gateway):
    for place in PLACES:
        answer, reached = gateway.ask(BLOCKED, (place, ALLOWED))
        assert (answer.status, reached) == (403, []), answer
        assert "salesinvoice.nv is blocked" in answer.body
        answer, reached = gateway.ask(BLOCKED, (place, ALLOWED), headers=gateway.headers(ALLOWED))
        assert (answer.status, reached) == (401, []), answer


def test_the_secret_is_the_gateways_own_and_never_reaches_the_service(gateway):
    for secret in (SECRET, "x" * 40):
        answer, [sent] = gateway.ask(ALLOWED, ("X-Gateway-Secret", secret))
        assert answer.status == 200
        assert not sent.values("X-Gateway-Secret")
        assert SECRET not in str(sent.headers)


def test_the_service_gets_no_headers_that_only_the_question_has(gateway):
    made_up = [(name, "/made-up") for name in ("X-Original-URI", "X-Original-Method", "Forwarded")]
    answer, [sent] = gateway.ask(ALLOWED, *made_up)
    assert answer.status == 200
    assert "made-up" not in str(sent.headers)


def test_a_name_with_underscores_does_not_pass_as_a_signed_header(gateway):
    for name in ("X_Netvisor_Organisation_ID", "X-Netvisor_Organisation-ID", "X_Gateway_Secret"):
        answer, reached = gateway.ask(ALLOWED, (name, "7654321-2"))
        assert not [found for sent in reached for found, _ in sent.headers if "_" in found]
        assert (answer.status, len(reached)) in ((200, 1), (400, 0)), answer


def test_a_signed_header_that_is_repeated_is_refused(gateway):
    for name in ("X-Netvisor-Organisation-Id", "x-netvisor-authentication-mac"):
        answer, reached = gateway.ask(ALLOWED, (name, "7654321-2"))
        assert (400 <= answer.status < 500, reached) == (True, []), answer


def test_a_header_that_is_named_in_connection_is_no_way_round(gateway):
    for name in ("X-Netvisor-Organisation-Id", "X-Gateway-Secret", "X-Forwarded-Uri"):
        answer, reached = gateway.ask(ALLOWED, ("Connection", f"close, {name}"))
        assert judged(answer, reached), answer
        names = ("Connection", f"close, {name}, X-Original-URI")
        answer, reached = gateway.ask(BLOCKED, names, ("X-Forwarded-Uri", ALLOWED))
        assert reached == []


def test_an_odd_way_to_a_blocked_resource_ends_nowhere(gateway):
    for target in ODD:
        for signed in (target, ALLOWED, BLOCKED):
            answer, reached = gateway.ask(target, headers=gateway.headers(signed))
            refused = 400 <= answer.status < 500 and not reached
            assert refused or [sent.target for sent in reached] == [ALLOWED], (answer, reached)


def test_a_foreign_host_is_refused(gateway):
    for host in ("elsewhere.example", "localhost.elsewhere.example", "127.0.0.1"):
        answer, reached = gateway.ask(ALLOWED, host=host)
        assert (400 <= answer.status < 500, reached) == (True, []), answer


def test_a_long_query_passes_whole(gateway):
    target = f"{ALLOWED}?keyword={'k' * 5_000}"
    answer, reached = gateway.ask(target)
    assert (answer.status, [sent.target for sent in reached]) == (200, [target])


def test_a_query_that_is_too_long_is_refused(gateway):
    answer, reached = gateway.ask(f"{ALLOWED}?keyword={'k' * 20_000}")
    assert (400 <= answer.status < 600, reached) == (True, [])


@pytest.mark.parametrize(("target", "status"), [(ALLOWED, 200), (BLOCKED, 403)])
def test_a_large_body_goes_to_the_service_and_not_into_the_question(gateway, target, status):
    body = b"<root>" + b"x" * 5_000_000 + b"</root>"
    answer, reached = gateway.ask(target, method="POST", body=body)
    assert answer.status == status
    assert [sent.body == body for sent in reached] == [True] * (status == 200)


def test_requests_in_one_connection_are_judged_one_by_one(gateway):
    gateway.upstream.sent.clear()
    with connect(gateway.ports.gateway, gateway.certificate) as connection:
        for target in (ALLOWED, BLOCKED, ALLOWED):
            lines = [f"GET {target} HTTP/1.1", f"Host: localhost:{gateway.ports.gateway}"]
            lines += [f"{name}: {value}" for name, value in gateway.headers(target)]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
        said, until = b"", time.monotonic() + 10
        while said.count(b"HTTP/1.1 ") < 3 and time.monotonic() < until:
            said += connection.recv(65_536)
    assert [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]] == [b"200", b"403", b"200"]
    assert [sent.target for sent in gateway.upstream.sent] == [ALLOWED, ALLOWED]


def test_nothing_passes_without_tls(gateway):
    gateway.upstream.sent.clear()
    with suppress(HTTPException, OSError):  # some do not even answer
        assert send(gateway.ports.gateway, ALLOWED, gateway.headers(ALLOWED)).status in (400, 404)
    assert gateway.upstream.sent == []
