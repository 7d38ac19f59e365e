"""Answers that belong to no app: to requests that no page can serve, and about the keyboard."""

import sys
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from apps.core.http import AuthenticatedRequest, about_window
from apps.core.limits import Busy

MOMENT = 5
"""After how many seconds there is room again, as far as anybody knows."""
STRANGERS_FORMS = frozenset({"account_login", "accept_invitation"})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 for refusals that bring no reason of their own."""
    return TemplateResponse(request, "403.html", status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 to whoever sends more forms than anybody fills in; each limit is of a minute."""
    return TemplateResponse(request, "core/too_many.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 503 when there was no room or no database in time, and 500 to all else."""
    if not isinstance(sys.exception(), (Busy, OperationalError)):
        return server_error(request)
    response = server_error(request, "503.html")
    response.status_code, response["Retry-After"] = HTTPStatus.SERVICE_UNAVAILABLE, str(MOMENT)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its token: an old page, or a forged request.

    Strangers' forms grow old when the person signs in beside them, in the same browser: their
    pages know where somebody who is signed in belongs.
    """
    address = request.resolver_match
    if request.user.is_authenticated and address and address.url_name in STRANGERS_FORMS:
        return redirect(request.get_full_path())
    return TemplateResponse(request, "core/stale_form.html", status=403)


def shortcuts(request: AuthenticatedRequest) -> HttpResponse:
    """Explain which keys act."""
    return about_window(request, "core/shortcuts.html", _("Keyboard shortcuts"), back="")
