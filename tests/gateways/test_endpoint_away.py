"""While the endpoint is away, slow or wrong, nothing passes; then everything does again."""

import time

import pytest

from apps.core.fields import Secret
from apps.identifiers.models import ApiIdentifier
from tests.gateways.servers import serving

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
TARGET = "/customerlist.nv"


def is_technical(answer):
    """Tell whether a client reads the interface's own error in an answer."""
    said = "<Status>FAILED</Status><Status>TECHNICAL_ERROR :: "
    return answer.status == 503 and said in answer.body and "xml" in answer.headers["content-type"]


def refuse_everything(gateway):
    for method in ("GET", "POST"):
        answer, reached = gateway.ask(TARGET, method=method)
        assert (is_technical(answer), reached) == (True, []), answer


def test_nothing_passes_while_it_is_away_or_slow_or_wrong(gateway):
    assert gateway.ask(TARGET)[0].status == 200
    with gateway.endpoint.away():
        refuse_everything(gateway)
        with serving(gateway.ports.endpoint, status=204, slow=10) as slow:
            begun = time.monotonic()
            refuse_everything(gateway)
            assert (time.monotonic() - begun < 12, len(slow.sent)) == (True, 2)
        with serving(gateway.ports.endpoint) as wrong:
            for wrong.status in (302, 404, 418, 500, 502):
                refuse_everything(gateway)
    assert gateway.ask(TARGET)[0].status == 200


def test_an_error_of_its_own_is_handed_on(gateway):
    ApiIdentifier.objects.update(key=Secret("damaged"))
    refuse_everything(gateway)
