"""A signed request passes, or is refused, as the rights say, through every gateway."""

from datetime import UTC, datetime

import pytest

from apps.usage.models import ApiRequest

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
CASES = [("GET", b""), ("POST", b"<root><customer>Kahvila</customer></root>")]


@pytest.mark.parametrize(("method", "body"), CASES, ids=["get", "post"])
def test_what_is_allowed_reaches_the_service_as_it_was_sent(gateway, method, body):
    answer, reached = gateway.ask("/customerlist.nv?keyword=M%C3%A4ki", method=method, body=body)
    assert (answer.status, "<Status>OK</Status>" in answer.body) == (200, True), answer
    [sent] = reached
    assert (sent.method, sent.target, sent.body) == (
        method,
        "/customerlist.nv?keyword=M%C3%A4ki",
        body,
    )
    assert len(sent.values("X-Netvisor-Authentication-Mac")) == 1
    assert ApiRequest.objects.get().method == method


@pytest.mark.parametrize(("method", "body"), CASES, ids=["get", "post"])
def test_what_is_blocked_never_reaches_it(gateway, method, body):
    answer, reached = gateway.ask("/salesinvoice.nv", method=method, body=body)
    assert (answer.status, reached) == (403, [])
    assert "xml" in answer.headers["content-type"]
    said = "SERVICE_ACCESS_ERROR :: salesinvoice.nv is blocked for this integration in 1234567-1."
    assert f"<Status>{said} Request {ApiRequest.objects.get().request_id}.</Status>" in answer.body


def test_what_is_not_signed_is_refused(gateway):
    answer, reached = gateway.ask("/customerlist.nv", headers=[])
    assert (answer.status, reached) == (401, [])
    assert "<Status>AUTHENTICATION_FAILED :: " in answer.body


def test_what_is_sent_twice_passes_once(gateway):
    headers = gateway.headers("/customerlist.nv")
    assert gateway.ask("/customerlist.nv", headers=headers)[0].status == 200
    answer, reached = gateway.ask("/customerlist.nv", headers=headers)
    assert (answer.status, reached) == (401, [])
    assert "<Status>REQUEST_NOT_UNIQUE :: " in answer.body


def test_a_pause_holds_for_the_next_request(gateway, account):
    assert gateway.ask("/customerlist.nv")[0].status == 200
    account.paused_at = datetime.now(UTC)
    account.save()
    assert gateway.ask("/customerlist.nv")[0].status == 403
