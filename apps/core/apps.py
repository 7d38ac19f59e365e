"""What every app may use: typed requests, fields, middleware helpers. It has no models."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        from apps.core import checks, logs, reports, traces  # noqa: F401 - checks register themselves

        logs.configure()
        reports.send_errors()
        traces.send_traces()
