"""Lines of the log: JSON in UTC, each with the request, the person and the company it is about."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from logging import LogRecord
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.log import AdminEmailHandler
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

from apps.core.metrics import STATEMENTS, count_answer, count_waits
from apps.core.traces import tracer

PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
REQUEST_ID = "X-Request-ID"
EVERY = 60.0
"""So many seconds are between two mails about errors of one process."""
SHOWN = 500
"""How much of a slow statement a line shows."""
logger = structlog.get_logger(__name__)


def request_id() -> str:
    """Return the name of the request that is being answered; a dash outside of any."""
    return str(get_contextvars().get("request_id", "-"))


def name_process(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Say which process wrote a line."""
    line["process"] = settings.PROCESS
    return line


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    name_process,
]


def lines() -> ProcessorFormatter:
    """Return the form of every line, ours and the libraries'; no local variable is in any."""
    bare = ProcessorFormatter.remove_processors_meta
    form: list[Any] = [bare, structlog.processors.format_exc_info]
    return ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[*form, structlog.processors.JSONRenderer()],
    )


def configure() -> None:
    """Let structlog hand its lines to Python's log, which writes all of them."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class ErrorMail(AdminEmailHandler):
    """Mails the line of an error to those whom ADMINS names: nothing that was sent is in it.

    One a minute is enough to make somebody look; the log has all of them.
    """

    sent_at = -EVERY

    def emit(self, record: LogRecord) -> None:
        now = time.monotonic()
        if now - self.sent_at >= EVERY:
            self.sent_at = now
            self.send_mail(f"Netvisor Rights: error in request {request_id()}", self.format(record))


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
