"""Requests as views see them, and the answers that several views give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from apps.accounts.models import User


class Request(HttpRequest):
    """A request that the middleware has told about htmx."""

    htmx: HtmxDetails


class AuthenticatedRequest(Request):
    """A request of somebody who is signed in."""

    user: User
