"""What logs and error reports show."""

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from apps.core.logs import request_id


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


def send_errors() -> None:
    """Send errors where SENTRY_DSN says, without anything that a request brought."""
    if settings.SENTRY_DSN:
        import sentry_sdk  # several megabytes, which nobody needs otherwise

        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            before_send=without_request,
            include_local_variables=False,
            max_breadcrumbs=0,
            max_request_body_size="never",
            send_default_pii=False,
            server_name=settings.PROCESS,
        )


def without_request(event: Any, _hint: Any) -> Any:
    """Leave of a request only the name that the log and the error page show."""
    event.pop("request", None)
    event.pop("user", None)
    event.setdefault("tags", {})["request_id"] = request_id()
    return event
