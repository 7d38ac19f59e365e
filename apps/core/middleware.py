"""What happens around each answer of the pages: it is named, told of, counted and traced."""

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars

from apps.core.logs import request_id
from apps.core.metrics import STATEMENTS, count_answer, count_waits
from apps.core.traces import tracer

PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
REQUEST_ID = "X-Request-ID"
SHOWN = 500
"""How much of a slow statement a line shows."""
logger = structlog.get_logger(__name__)


class RequestLogMiddleware(RequestMiddleware):
    """Names a request, and tells of its answer and of slow statements.

    An address may hold a secret, such as a link that was mailed: lines hold its pattern instead.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        if not PLAIN_ID.fullmatch(request.META.get("HTTP_X_REQUEST_ID", "")):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        self.prepare(request)
        with tracer.span("request", request_id=request_id()) as facts:
            with connection.execute_wrapper(tell_slow):
                response: HttpResponse = self.get_response(request)  # type: ignore[assignment]
            facts |= {"name": self.format_request(request), "status": response.status_code}
        response.headers[REQUEST_ID] = request_id()
        seconds = round(time.perf_counter() - begun, 4)
        bind_contextvars(seconds=seconds)
        route = request.resolver_match.route if request.resolver_match else "-"
        count_answer(request.method, route, response.status_code, seconds)
        count_waits(getattr(connection, "pool", None))
        self.handle_response(request, response)
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} /{match.route}" if match else f"{request.method} -"


def tell_slow(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Run a statement, and tell of it without its values when it took long."""
    begun = time.perf_counter()
    STATEMENTS.inc()
    try:
        with tracer.span("statement", sql=str(sql)[:SHOWN]):
            return execute(sql, *rest)
    finally:
        milliseconds = (time.perf_counter() - begun) * 1_000
        if milliseconds >= settings.SLOW_STATEMENT:
            logger.warning("slow statement", sql=str(sql)[:SHOWN], milliseconds=round(milliseconds))
