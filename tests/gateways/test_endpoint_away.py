"""While the endpoint is away, slow or wrong, nothing passes; then everything does again."""

import time

import pytest

from tests.gateways.servers import serving

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
TARGET = "/customerlist.nv"


def is_technical(answer):
    """Tell whether a client reads the interface's own error in an answer."""
    said = "<Status>FAILED</Status><Status>TECHNICAL_ERROR :: "
    return answer.status >= 500 and said in answer.body and "xml" in answer.headers["Content-Type"]


def test_nothing_passes_while_it_is_away(gateway):
    assert gateway.ask(TARGET)[0].status == 200
    with gateway.endpoint.away():
        for method in ("GET", "POST"):
            answer, reached = gateway.ask(TARGET, method=method)
            assert (is_technical(answer), reached) == (True, []), answer
    assert gateway.ask(TARGET)[0].status == 200


def test_it_is_not_waited_for_and_asked_once(gateway):
    with gateway.endpoint.away(), serving(gateway.ports.endpoint, slow=10, status=204) as slow:
        begun = time.monotonic()
        answer, reached = gateway.ask(TARGET)
        assert (is_technical(answer), reached) == (True, []), answer
        assert time.monotonic() - begun < 6
        assert len(slow.sent) == 1


@pytest.mark.parametrize("status", [302, 400, 404, 418, 500, 502])
def test_an_answer_that_is_none_of_its_own_lets_nothing_pass(gateway, status):
    with gateway.endpoint.away(), serving(gateway.ports.endpoint, status=status):
        answer, reached = gateway.ask(TARGET)
        assert (is_technical(answer), reached) == (True, []), answer


def test_a_technical_error_of_its_own_is_handed_on(gateway):
    """Its settings are wrong, say: it answers 503 with a number to ask about."""
    with gateway.endpoint.away():
        gateway.endpoint.start(GATEWAY_LAG="0")
        answer, reached = gateway.ask(TARGET)
        gateway.endpoint.stop()
    assert (answer.status, is_technical(answer), reached) == (503, True, [])
