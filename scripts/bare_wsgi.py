"""What the gateway is measured beside, and all of it in one process."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

django.setup(set_prefix=False)
settings.MIDDLEWARE = []  # not earlier: allauth looks for its own when it starts

from apps.gateway.reads import NOW  # noqa: E402 - it needs the settings
from apps.usage.services import write  # noqa: E402
from netvisor_rights import gateway_wsgi  # noqa: E402

bare = WSGIHandler()
NAMED = (
    "HTTP_X_NETVISOR_AUTHENTICATION_PARTNERID",
    "HTTP_X_NETVISOR_AUTHENTICATION_CUSTOMERID",
    "HTTP_X_NETVISOR_ORGANISATION_ID",
)
NUMBERS = dict.fromkeys(("company", "owner", "identifier", "integration"), 1) | {"lag": 0}
TEXTS = ("failed", "reason", "transaction_id", "method", "parameters", "base", "encoding")


def run_statements(environ: "WSGIEnvironment") -> None:
    """Read the facts and write a row of the log, and nothing beside."""
    now, code = datetime.now(UTC), environ["HTTP_X_ORIGINAL_URI"][1:]
    with connection.cursor() as cursor:
        cursor.execute(NOW, [*(environ[name] for name in NAMED), code])
        cursor.fetchone()
    row = {
        **NUMBERS,
        **dict.fromkeys(TEXTS, ""),
        "day": now.date(),
        "request_id": secrets.token_hex(10),
        "at": now,
        "resource": code,
        "replay_key": secrets.token_bytes(16),
        "algorithm": "HMACSHA256",
        "unescaped": False,
    }
    write(row, durably=True)
    close_old_connections()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer by the bare view, by the gateway, or with nothing at all as the gateway sends it."""
    if environ["PATH_INFO"] == "/statements":
        run_statements(environ)
    if environ["PATH_INFO"] in ("/statements", "/constant"):
        return gateway_wsgi.send(start_response, HTTPStatus.NO_CONTENT, [])
    serve = bare if environ["PATH_INFO"] == "/bare" else gateway_wsgi.application
    return serve(environ, start_response)
