"""What logs and error reports show."""

import logging
import time
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class UtcFormatter(logging.Formatter):
    """Log lines in UTC: Django sets the time zone of some processes of a server only."""

    converter = staticmethod(time.gmtime)


class NoRoutine(logging.Filter):
    """Keep out that a job began or ended well, which the worker tells of every one."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "django_tasks" or record.levelno >= logging.WARNING


class NoSettingsFilter(SafeExceptionReporterFilter):
    """Keep settings, the environment and everything posted out of error reports."""

    def get_safe_settings(self) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}
