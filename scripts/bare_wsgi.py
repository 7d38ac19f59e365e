"""What the gateway is measured beside: a bare view, and all three in one process."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

django.setup(set_prefix=False)
settings.MIDDLEWARE = []  # not earlier: allauth looks for its own when it starts
bare = WSGIHandler()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer by the bare view, by the gateway, or with nothing at all as the gateway sends it."""
    from netvisor_rights import gateway_wsgi  # the bare process never loads it

    if environ["PATH_INFO"] == "/constant":
        return gateway_wsgi.send(start_response, HTTPStatus.NO_CONTENT, [])
    serve = bare if environ["PATH_INFO"] == "/bare" else gateway_wsgi.application
    return serve(environ, start_response)
