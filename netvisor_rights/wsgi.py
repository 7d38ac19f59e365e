"""The WSGI application that the server runs: the pages, and the gateway's question."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import override

from apps.core.http import only_readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
os.environ.setdefault("PROCESS", "web")
pages = only_readable(get_wsgi_application())

from netvisor_rights import gateway_wsgi  # noqa: E402 - it needs the settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


def make_ready() -> None:
    """Make what Django makes at its first request, which may be a press that holds a lock.

    These are the views and the patterns of their addresses, by language, and the templates' engine.
    """
    for language, _name in settings.LANGUAGES:
        with override(language):
            reverse("home")
    get_template("rights/rights.html")


make_ready()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer a request; whatever lies below /gateway/ needs neither sessions nor languages."""
    gateway = environ["PATH_INFO"].startswith("/gateway/")
    serve = gateway_wsgi.application if gateway else pages
    return serve(environ, start_response)
