"""Asking for the password again before something that only its owner may see."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
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

from apps.accounts.factors import has_factor, proven_at, settle
from apps.accounts.forms import ReauthenticateForm
from apps.accounts.middleware import PrivateByDefaultMiddleware
from apps.accounts.models import User
from apps.accounts.reads import GIVEN
from apps.core.http import AuthenticatedRequest

asked = Signal()
"""Sent with request and user when somebody is asked for the password again."""
P = ParamSpec("P")
View = Callable[Concatenate[AuthenticatedRequest, P], HttpResponse]


def recently_authenticated(request: AuthenticatedRequest) -> bool:
    """Tell whether the person said who they are within ``ACCOUNT_REAUTHENTICATION_TIMEOUT``.

    Coming back from the organisation's provider says nothing by itself: it may have asked for the
    password days ago. What counts is the moment that its token gives.
    """
    records = get_authentication_records(request, request.user)
    given = [one["at"] for one in records if one["method"] != "socialaccount"]
    return _is_recent(request.session.get(GIVEN, 0.0), *given)


def is_confirmed(request: AuthenticatedRequest) -> bool:
    """Tell whether the person confirmed lately by the strongest that they have."""
    if _is_recent(proven_at(request) or 0.0):
        return True
    return recently_authenticated(request) and not has_factor(request.user)


def _is_recent(*times: float) -> bool:
    """Tell whether one of some times was a moment ago.

    A time that has not come yet is of a clock that was set back since: it counts as none.
    """
    now = time.time()
    last = max((at for at in times if at <= now), default=0.0)
    return bool(now - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def methods(request: HttpRequest) -> str:
    """Return by what somebody signed in, in the words of allauth."""
    records = get_authentication_records(request, request.user)
    return ", ".join(
        dict.fromkeys(str(record.get("type") or record["method"]) for record in records)
    )


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


def strongest_again(view: View[P]) -> View[P]:
    """Ask for a second factor before something secret; for the password if there is none.

    Whoever knows the password alone must not get a Key out of a session that was left open.
    """

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        return _ask_for_factor(request) if has_factor(request.user) else _ask(request)

    return guarded  # type: ignore[return-value]


def strongest_before_form(view: View[P]) -> View[P]:
    """Ask for the same before a form is filled in; such a view asks ``is_confirmed`` itself."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        ask = view if request.method == "POST" else strongest_again(view)
        return ask(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def factor_again(view: View[P]) -> View[P]:
    """Ask for a second factor before factors are changed; for the password if there is none.

    The password alone would let whoever knows it take the factor away in a session left open.
    """

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if had := has_factor(request.user):
            is_recent = _is_recent(proven_at(request) or 0.0)
        else:
            is_recent = recently_authenticated(request)
        if is_recent:
            response = view(request, *args, **kwargs)
            if request.method == "POST":
                settle(request, had=had)
            return response
        return _ask_for_factor(request)

    return guarded  # type: ignore[return-value]


def way_to_confirm(user: User) -> str:
    """Return the name of the page where somebody confirms by the strongest that they have."""
    if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if has_factor(user) else "account_reauthenticate"


def _ask_for_factor(request: AuthenticatedRequest) -> HttpResponse:
    """Lead to the page where somebody confirms by the strongest that they have, then back."""
    asked.send(_ask_for_factor, request=request, user=request.user)
    back = PrivateByDefaultMiddleware.way_back(request)
    answer = redirect_to_login(back, reverse(way_to_confirm(request.user)))
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


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
