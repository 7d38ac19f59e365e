"""The endpoint asked in this process, as a gateway asks it."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

from netvisor_rights.gateway_wsgi import respond
from tests.gateway.conftest import BASE
from tests.gateway.signer import signed

SECRET = "a secret of thirty-two characters"
WHOLE = {
    "bases": [BASE],
    "target": "x-original-uri",
    "secrets": ["one that is not used any more, nearly", SECRET],
    "addresses": [],
    "lag": 300,
}


def about(target, **signing):
    """Return a genuine request of now, as a gateway asks about it."""
    return {
        **signed(target, **signing),
        "HTTP_X_ORIGINAL_URI": target,
        "HTTP_X_ORIGINAL_METHOD": "POST",
        "HTTP_X_GATEWAY_SECRET": SECRET,
    }


def send(headers, *, path="/gateway/authorize", method="GET", **environ):
    """Send a request to the endpoint; return status, headers and body of its answer.

    In the test's own transaction, and nothing runs beside it: tests/gateways start the server.
    """
    sent = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": BytesIO(), **environ}
    setup_testing_defaults(sent)
    sent |= headers
    told = {}

    def start(status, answered):
        told.update(status=int(status[:3]), headers=dict(answered))

    body = b"".join(respond(sent, start)).decode()
    return told["status"], told["headers"], body
