"""The WSGI application that the server runs: the pages, and the gateway's question."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

from apps.core.http import only_readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
os.environ.setdefault("PROCESS", "web")
pages = only_readable(get_wsgi_application())

from netvisor_rights import gateway_wsgi  # noqa: E402 - it needs the settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer a request; whatever lies below /gateway/ needs neither sessions nor languages."""
    gateway = environ["PATH_INFO"].startswith("/gateway/")
    serve = gateway_wsgi.application if gateway else pages
    return serve(environ, start_response)
