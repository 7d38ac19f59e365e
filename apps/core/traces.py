"""Traces by OpenTelemetry's protocol: a span for each answer, and one for each of its statements.

A span holds what a line of the log holds, and a statement without its values: nothing that a
request brought. The library is an extra (`requirements-traces.txt`) and read only if it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LACKING = "TRACES_URL needs the packages of requirements-traces.txt"


class Tracer:
    """Sends what happened; does nothing until it knows where to."""

    def __init__(self) -> None:
        self._begin: Any = None

    def send_to(self, address: str) -> None:
        """Send spans to an address, in batches; raises ImproperlyConfigured without the library."""
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise ImproperlyConfigured(LACKING) from None
        name = f"netvisor-rights-{settings.PROCESS}"
        known = {"service.name": name, "service.version": settings.VERSION}
        provider = TracerProvider(resource=Resource(known))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(address)))
        self._begin = provider.get_tracer(name).start_as_current_span

    @contextmanager
    def span(self, name: str, **facts: Any) -> Iterator[dict[str, Any]]:
        """Trace what happens meanwhile; yields the facts that are told at its end, its name too.

        An exception is not among them: its text may hold what somebody sent.
        """
        if self._begin is None:
            yield facts
            return
        with self._begin(name, record_exception=False, set_status_on_exception=False) as begun:
            try:
                yield facts
            finally:
                begun.update_name(facts.pop("name", name))
                begun.set_attributes(facts)


tracer = Tracer()


def send_traces() -> None:
    """Send traces where TRACES_URL says; nowhere without it."""
    if settings.TRACES_URL:
        tracer.send_to(settings.TRACES_URL)
