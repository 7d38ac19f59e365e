"""Requests as views see them, and the answers that several views give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Never

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from django_htmx.middleware import HtmxDetails

    from apps.accounts.models import User


class Request(HttpRequest):
    """A request that the middleware has told about htmx."""

    htmx: HtmxDetails


class AuthenticatedRequest(Request):
    """A request of somebody who is signed in."""

    user: User


FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "fullscreen",
    "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip
PERMISSIONS = ", ".join(
    [
        *(f"{feature}=()" for feature in FEATURES),
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
    ]
)
"""What pages may ask a browser for: passkeys, and nothing else."""


WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})


class WatchedMiddleware:
    """Answers whoever watches the server before anything asks for a host, HTTPS or a session.

    They are asked every few seconds, from beside the server: no line of the log tells of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in WATCHED:
            return self.get_response(request)
        answer: HttpResponse = resolve(request.path_info).func(request)
        return answer


class FewPermissionsMiddleware:
    """Let pages use no device, and no other site include them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class NoFiles(FileUploadHandler):
    """Takes no file, and writes none to the disk: no form of ours sends one."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> Never:
        raise MultiPartParserError("no form of ours sends files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Not reached: ``new_file`` refuses."""

    def file_complete(self, file_size: int) -> None:
        """Not reached either."""


def only_readable(application: WSGIApplication) -> WSGIApplication:
    """Refuse what no page of ours makes a browser send, before anything reads it.

    That is another charset than UTF-8, a NUL in a cookie, and a body that is too long.
    """

    def checking(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_too_long(environ):
            return _bare("413.html", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, start_response)
        if not _is_readable(environ):
            return _bare("400.html", HTTPStatus.BAD_REQUEST, start_response)
        return application(environ, start_response)

    return checking


def _is_too_long(environ: WSGIEnvironment) -> bool:
    length = environ.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _is_readable(environ: WSGIEnvironment) -> bool:
    _kind, said = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    is_utf_8 = said.get("charset", "utf-8").lower() == "utf-8"
    return is_utf_8 and not any("\x00" in text for text in (*cookies, *cookies.values()))


def _bare(template: str, status: HTTPStatus, start_response: StartResponse) -> list[bytes]:
    page = render_to_string(template).encode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [page]


def question_window(
    request: AuthenticatedRequest, template: str, heading: str, back: str, **context: Any
) -> HttpResponse:
    """Ask something: in a dialog for htmx, else on a page that leads ``back``."""
    return _window(request, "question", template, context | {"heading": heading, "back": back})


def about_window(
    request: AuthenticatedRequest, template: str, heading: str, back: str, **context: Any
) -> HttpResponse:
    """Explain something: in a dialog for htmx, else on a page that leads ``back``."""
    return _window(request, "about", template, context | {"heading": heading, "back": back})


def _window(
    request: AuthenticatedRequest, kind: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    frame = f"core/{kind}_window.html" if request.htmx else f"core/{kind}_page.html"
    response = TemplateResponse(request, template, context | {"frame": frame})
    patch_vary_headers(response, ["HX-Request"])
    return response
