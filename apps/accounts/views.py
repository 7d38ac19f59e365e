"""Language, a new password, and the page "Security"; all else about signing in is allauth's."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_reset
from allauth.account.views import logout
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from apps.accounts import reads, services, tasks, texts
from apps.accounts.forms import NewPasswordForm, ResetPasswordForm
from apps.accounts.middleware import PrivateByDefaultMiddleware
from apps.accounts.models import User
from apps.accounts.page import EndsSoon, SecurityPage
from apps.core.http import AuthenticatedRequest, Request
from apps.core.limits import Full, Limit, network_of
from apps.core.views import too_many, unsent

MINUTE = timedelta(minutes=1)
RESETS_OF_ADDRESS = Limit("reset_password:account", 5, MINUTE)
RESETS_FROM_NETWORK = Limit("reset_password:address", 20, MINUTE)


@login_not_required
@require_POST
def choose_language(request: Request) -> HttpResponse:
    """Answer in the chosen language from now on; kept for the person if one is signed in."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)


@login_not_required
def sign_out(request: Request) -> HttpResponse:
    """Ask, then sign out; the browser keeps no page of whoever was signed in."""
    response: HttpResponse = logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: Request) -> HttpResponse:
    """Let a link be mailed; the answer is the same whether or not there is an account."""
    form = ResetPasswordForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        context = {"form": form}
        return TemplateResponse(request, "account/password_reset.html", context, status=status)
    try:
        RESETS_FROM_NETWORK.take(network_of(get_adapter().get_client_ip(request)))
        RESETS_OF_ADDRESS.take(form.cleaned_data["email"])
    except Full:
        return too_many(request)
    tasks.send_reset.enqueue(form.cleaned_data["email"], request.build_absolute_uri("/"))
    return redirect("account_reset_password_done")


@login_not_required
@require_safe
def reset_password_done(request: Request) -> HttpResponse:
    """Say where the link comes, if there is an account."""
    return TemplateResponse(request, "account/password_reset_done.html")


class NewPassword(auth.PasswordResetConfirmView):
    """Django's, which keeps the token out of the form's address; mistakes are answered by 422."""

    form_class = NewPasswordForm
    template_name = "account/password_reset_from_key.html"
    success_url = reverse_lazy("account_reset_password_from_key_done")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        password_reset.send(User, request=self.request, user=self.user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


new_password = login_not_required(NewPassword.as_view())


@login_not_required
@require_safe
def new_password_done(request: Request) -> HttpResponse:
    """Lead to signing in with the new password."""
    return TemplateResponse(request, "account/password_reset_from_key_done.html")


def to_passkeys(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead whoever comes back to a passkey that they removed to those that they have."""

    @wraps(view)
    def found(request: AuthenticatedRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk=pk)
        except Http404:
            messages.info(request, texts.NO_PASSKEY)
            return redirect("mfa_index")

    return found


@require_safe
def security(request: AuthenticatedRequest) -> HttpResponse:
    """Show how one's own account is kept safe, and where it is signed in."""
    found, this = reads.signed_in(request.user), request.session.session_key
    page = SecurityPage.of(found, this, reads.ends(request.session))
    return TemplateResponse(request, "account/security.html", {"page": page})


@require_POST
def end_browsers(request: AuthenticatedRequest) -> HttpResponse:
    """Sign out one other browser of one's own, or all of them; none is remembered any more."""
    this, which = request.session.session_key, request.POST.get("browser", "")
    others = [one for one in reads.signed_in(request.user) if one.session_key != this]
    chosen = [one for one in others if which in ("all", str(one.pk))]
    services.end(request, chosen)
    messages.success(request, texts.ended(len(chosen)))
    if services.forget_remembered(request.user):
        messages.info(request, texts.FORGOTTEN)
    return redirect("account_security")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: Request) -> HttpResponse:
    """Say for how many seconds one stays signed in, over htmx in words; a POST is "I stay"."""
    if request.user.is_authenticated and request.method == "POST":
        services.stay(request)
    ends = reads.ends(request.session) if request.user.is_authenticated else None
    if not request.htmx:
        return JsonResponse({"left": int(ends.first - time.time()) if ends else 0})
    if not ends:
        back = PrivateByDefaultMiddleware.way_back(request)
        return unsent(request, redirect_to_login(back).url) or HttpResponse()
    return TemplateResponse(request, "account/_session.html", {"warning": EndsSoon.of(ends)})


session.asks_by_itself = True  # type: ignore[attr-defined]
