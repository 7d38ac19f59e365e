"""Who is asking, and in which language to answer."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from structlog.contextvars import bind_contextvars

from apps.accounts import browsers, reads, services
from apps.core.http import AuthenticatedRequest, Request
from apps.core.views import unsent

NOTED_EVERY = 300
"""Seconds in which what somebody does is noted once: a request costs no statement for it."""


class TimeOutMiddleware:
    """End a session in which nothing was done for long, or that began long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and not reads.ends(request.session):
            services.time_out(cast(AuthenticatedRequest, request))
        response = self.get_response(request)
        if hasattr(request, "signs_in"):
            browsers.remember(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> None:
        """Note that somebody does something, unless the page asks by itself."""
        if request.user.is_authenticated and not getattr(view, "asks_by_itself", False):
            services.stay(request, after=NOTED_EVERY)


class UserLocaleMiddleware:
    """Answer in the language that the person chose, else in the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = getattr(request.user, "language", "")
        bind_contextvars(person=request.user.pk)
        with translation.override(chosen or get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


class PrivateByDefaultMiddleware(LoginRequiredMiddleware):
    """Send strangers to the sign-in page, and afterwards back to the page they came from.

    After a change that was refused, "back" is the page with the switch: an address that only
    takes changes cannot be opened. In an htmx request the whole page moves, not one row of it.
    Where somebody has been signed in before, nothing moves: what was typed stays in its tab.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: Request, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        answer = redirect_to_login(self.way_back(request), settings.LOGIN_URL)
        kept = unsent(request, sign_in=answer.url) if browsers.known_in(request) else None
        if kept:
            return kept
        if request.method not in ("GET", "HEAD"):
            messages.warning(
                request,
                _("Your session has ended. Your last change was not saved. Sign in to continue."),
            )
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            messages.info(request, _("Your session has ended. Sign in to continue."))
        return HttpResponseClientRedirect(answer.url) if request.htmx else answer

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep no page of a signed-in person: "back" must not show rights as they once were."""
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    @staticmethod
    def way_back(request: Request) -> str:
        """Return the address to open after signing in; the front page if none is safe."""
        if request.method in ("GET", "HEAD") and not request.htmx:
            return request.get_full_path()
        page = request.htmx.current_url or request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
            return "/"
        return urlsplit(page)._replace(scheme="", netloc="").geturl()
