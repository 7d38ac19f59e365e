"""Requests as views see them, and the answers that several views give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from apps.accounts.models import User


class Request(HttpRequest):
    """A request that the middleware has told about htmx."""

    htmx: HtmxDetails


class AuthenticatedRequest(Request):
    """A request of somebody who is signed in."""

    user: User


def window(request: AuthenticatedRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer an info window: a dialog for htmx, else a page with the same content."""
    name = f"{template}#window" if request.htmx else template
    response = TemplateResponse(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
