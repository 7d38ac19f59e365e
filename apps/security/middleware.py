"""Leading whoever needs a second factor to the page where it is set up, or asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.factors import has_factor, proven_at
from apps.accounts.middleware import PrivateByDefaultMiddleware
from apps.accounts.reauthentication import way_to_confirm
from apps.core.http import AuthenticatedRequest
from apps.security import rules, services, texts
from apps.security.rules import Demand

SET_UP = "mfa_index"
OPEN = {
    SET_UP,
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
}
"""Where a second factor is set up or asked for; taking one away needs it."""
TOLD = "second_factor_from"
"""Where a session keeps from when its person was told that they need a second factor."""
CLOSED = {"accept_invitation", "admin:login"}
"""Pages open to strangers that give more to whoever is signed in."""


class SecondFactorMiddleware:
    """Stands before every page, fragment and file, those of the site administration too.

    Pages that are open to strangers are open to people without a second factor as well.
    """

    def __init__(self, get_response: Callable[[AuthenticatedRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: AuthenticatedRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: AuthenticatedRequest, view: Callable[..., Any], *_: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        is_public = not getattr(view, "login_required", True) and name not in CLOSED
        if is_public or not lacks_factor(request):
            return None
        request.needs_factor = True  # type: ignore[attr-defined]
        return None if name in OPEN else lead_there(request)


def lacks_factor(request: AuthenticatedRequest) -> bool:
    """Tell whether somebody is signed in who needs a second factor by now and has used none."""
    demand, user = Demand(settings.SECOND_FACTOR), request.user
    if demand is Demand.OFF or not user.is_authenticated or proven_at(request) is not None:
        return False
    administers = getattr(user, "administers", True)
    if not rules.needs_factor(demand, administers=administers, is_staff=user.is_staff):
        return False
    return user.is_staff or not may_wait(request)


def may_wait(request: AuthenticatedRequest) -> bool:
    """Tell whether somebody has days left to set it up; say until when, and again when that changes."""
    needed_from = services.needed_from(request.user)
    waits = needed_from > timezone.now()
    if waits and request.session.get(TOLD) != needed_from.timestamp():
        messages.warning(request, texts.needed_from(needed_from))
        request.session[TOLD] = needed_from.timestamp()
    return waits


def lead_there(request: AuthenticatedRequest) -> HttpResponseBase:
    """Send somebody to set a factor up or to use the one they have, and afterwards back."""
    page = way_to_confirm(request.user) if has_factor(request.user) else SET_UP
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, str(texts.NOT_SAVED))
    answer = redirect_to_login(PrivateByDefaultMiddleware.way_back(request), reverse(page))
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer
