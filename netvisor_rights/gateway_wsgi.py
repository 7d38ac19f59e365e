"""The gateway's question over HTTP, without sessions, cookies, languages and forms.

``netvisor_rights.wsgi`` hands it whatever lies below ``/gateway/``; it can be served alone.
"""

import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.gateway_settings")
os.environ.setdefault("PROCESS", "gateway")
django.setup()

from django.conf import settings  # noqa: E402 - what follows needs the settings
from django.db import close_old_connections  # noqa: E402

from apps.gateway import installation, services, tasks  # noqa: E402
from apps.gateway.installation import ENDPOINT, SettingsError  # noqa: E402
from apps.gateway.services import Answer  # noqa: E402

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)
ZONE = ZoneInfo(settings.TIME_ZONE)
ALIVE = "/healthz"
REFUSAL = (
    '<?xml version="1.0" encoding="utf-8"?>\n<Root><ResponseStatus><Status>FAILED</Status>'
    "<Status>{code} :: {text}</Status><TimeStamp>{time}</TimeStamp>"
    "</ResponseStatus><Request>{request}</Request></Root>\n"
)


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer one request, and keep no connection; refusals are added beside the answers."""
    tasks.add_refusals_for_ever()
    try:
        return respond(environ, start_response)
    finally:
        close_old_connections()


def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer what is asked at the endpoint, and whoever asks if the process answers at all."""
    if environ["PATH_INFO"] == ALIVE:
        return send(start_response, HTTPStatus.OK, [("Content-Type", "text/plain")], b"alive\n")
    if not is_ours(environ):
        return send(start_response, HTTPStatus.NOT_FOUND, [])
    return tell(start_response, ask(environ))


def is_ours(environ: "WSGIEnvironment") -> bool:
    """Tell whether the address is the endpoint; some gateways put the target behind it."""
    path = environ["PATH_INFO"]
    return bool(path == ENDPOINT or path.startswith(f"{ENDPOINT}/"))


def ask(environ: "WSGIEnvironment") -> Answer:
    """Return the answer to what a gateway of ours asks, and a refusal to anybody else."""
    now = datetime.now(UTC)
    try:
        here = installation.read(**settings.GATEWAY)
    except SettingsError:
        logger.exception("The gateway's settings are not whole: run manage.py check")
        return services.technical_error(services.new_request_id(), now)
    if not here.knows(environ):
        return services.stranger(services.new_request_id(), now)
    target, method = here.asked(environ)
    return services.ask(environ, target, method, here, now)


def tell(start_response: "StartResponse", answer: Answer) -> Iterable[bytes]:
    """Send an answer: the words in the body, and in headers for gateways that drop bodies."""
    if answer.code is None:
        return send(start_response, HTTPStatus(answer.status), [])
    time = f"{answer.at.astimezone(ZONE):%-d.%-m.%Y %H:%M:%S}"
    text = escape(answer.text.encode("ascii", "replace").decode(), quote=False)
    body = REFUSAL.format(code=answer.code, text=text, time=time, request=answer.request).encode()
    headers = [
        ("Content-Type", "text/xml; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("X-Rights-Code", answer.code.value),
        ("X-Rights-Text", text),
        ("X-Rights-Request", answer.request),
        ("X-Rights-Time", time),
    ]
    return send(start_response, HTTPStatus(answer.status), headers, body)


def send(
    start_response: "StartResponse",
    status: HTTPStatus,
    headers: list[tuple[str, str]],
    body: bytes = b"",
) -> Iterable[bytes]:
    """Begin an answer and return its body; nobody may keep it."""
    start_response(f"{status.value} {status.phrase}", [("Cache-Control", "no-store"), *headers])
    return [body]
