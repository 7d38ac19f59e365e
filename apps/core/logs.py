"""Lines of the log: JSON in UTC, each with the request, the person and the company it is about."""

from __future__ import annotations

import time
from logging import LogRecord
from typing import Any

import structlog
from django.conf import settings
from django.utils.log import AdminEmailHandler
from structlog.contextvars import get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

EVERY = 60.0
"""So many seconds are between two mails about errors of one process."""


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
