"""Answers that belong to no app: to requests that no page can serve, and about the keyboard."""

import sys
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.defaults import server_error
from django_htmx.http import reswap, retarget

from apps.core.forms import secret_names
from apps.core.http import AuthenticatedRequest, Request, about_window
from apps.core.limits import Busy

MOMENT = 5
"""After how many seconds there is room again, as far as anybody knows."""
CONTACT_LASTS = timedelta(days=180)
STRANGERS_FORMS = frozenset({"account_login", "accept_invitation"})


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where a weakness is reported (RFC 9116); without a contact there is no such file."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = (timezone.now() + CONTACT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    told = (
        f"Contact: {settings.SECURITY_CONTACT}\nExpires: {until}\nPreferred-Languages: fi, sv, en\n"
    )
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


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
    pages know where somebody who is signed in belongs. So do forms that were open before: what
    is in them is sent again, if it was one of our pages that sent it, which Django has checked
    by the header Origin before it looks at the token.
    """
    address, is_signed_in = request.resolver_match, request.user.is_authenticated
    if is_signed_in and address and address.url_name in STRANGERS_FORMS:
        return redirect(request.get_full_path())
    is_ours = "Origin" in request.headers and reason.startswith("CSRF token")
    kept = unsent(request) if is_signed_in and is_ours else None
    return kept or TemplateResponse(request, "core/stale_form.html", status=403)


def unsent(request: HttpRequest, sign_in: str = "") -> HttpResponse | None:
    """Answer a press that changed nothing, so that what was typed stays with whoever typed it.

    Over htmx a window says so and the page stays as it is; else a page holds what was sent, and
    sends it again. Given is where to ``sign_in``, or nothing if that has been done since. Returns
    nothing for a page that was only to be opened, and for a password or code, which no page holds.
    """
    status = HTTPStatus.UNAUTHORIZED if sign_in else HTTPStatus.CONFLICT
    context: dict[str, Any] = {"sign_in": sign_in, "token": get_token(request)}
    if cast(Request, request).htmx:
        window = TemplateResponse(request, "core/unsent.html#window", context, status=status)
        return reswap(retarget(window, "#window"), "beforeend")
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    if request.method != "POST" or not secret_names().isdisjoint(request.POST):
        return None
    context["sent"] = [one for one in sent if one[0] != "csrfmiddlewaretoken"]
    page = TemplateResponse(request, "core/unsent.html", context, status=status)
    add_never_cache_headers(page)
    return page


def shortcuts(request: AuthenticatedRequest) -> HttpResponse:
    """Explain which keys act."""
    return about_window(request, "core/shortcuts.html", _("Keyboard shortcuts"), back="")
