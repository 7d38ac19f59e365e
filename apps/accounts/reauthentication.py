"""Asking for the password again before something that only its owner may see."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.dispatch import Signal
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from apps.accounts.forms import ReauthenticateForm
from apps.accounts.middleware import PrivateByDefaultMiddleware
from apps.core.http import AuthenticatedRequest

asked = Signal()
"""Sent with request and user when somebody is asked for the password again."""
P = ParamSpec("P")
View = Callable[Concatenate[AuthenticatedRequest, P], HttpResponse]


def recently_authenticated(request: AuthenticatedRequest) -> bool:
    """Tell whether the person gave the password within ``ACCOUNT_REAUTHENTICATION_TIMEOUT``.

    A time that has not come yet is of a clock that was set back since: it counts as none.
    """
    records, now = get_authentication_records(request, request.user), time.time()
    last = max((record["at"] for record in records if record["at"] <= now), default=0.0)
    return bool(now - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def methods(request: HttpRequest) -> str:
    """Return by what somebody signed in, in the words of allauth."""
    records = get_authentication_records(request, request.user)
    return ", ".join(dict.fromkeys(str(record["method"]) for record in records))


def password_again(view: View[P]) -> View[P]:
    """Ask for the password first when it was given too long ago, then lead back to the page."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if recently_authenticated(request):
            return view(request, *args, **kwargs)
        return _ask(request)

    return guarded  # type: ignore[return-value]


def password_before_form(view: View[P]) -> View[P]:
    """Ask for the password before a form is filled in, not after: what was typed is not lost.

    A form may be sent too late all the same: such a view asks ``recently_authenticated`` before
    it changes anything.
    """

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" or recently_authenticated(request):
            return view(request, *args, **kwargs)
        return _ask(request)

    return guarded  # type: ignore[return-value]


def _ask(request: AuthenticatedRequest) -> HttpResponse:
    """Ask in a window over the page where a button was pressed, else on a page of its own."""
    asked.send(_ask, request=request, user=request.user)
    back = PrivateByDefaultMiddleware.way_back(request)
    if request.htmx.trigger or request.htmx.target:
        return _window(request, back)
    answer = redirect_to_login(back, reverse("account_reauthenticate"))
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _window(request: AuthenticatedRequest, back: str) -> HttpResponse:
    form = ReauthenticateForm(user=request.user)
    form.fields["password"].widget.attrs["autofocus"] = True
    hidden = {"type": "hidden", "name": REDIRECT_FIELD_NAME, "value": back}
    context = {"form": form, "redirect_field": format_html("<input{}>", flatatt(hidden))}
    response = TemplateResponse(request, "account/reauthenticate.html#window", context)
    return reswap(retarget(response, "#window"), "innerHTML")
