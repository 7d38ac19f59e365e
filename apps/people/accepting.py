"""The way in for invited people: open to strangers, who bring the link from their mail."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.factors import has_factor
from apps.accounts.forms import LoginForm
from apps.accounts.models import User
from apps.accounts.services import sign_in
from apps.accounts.texts import too_often
from apps.core.http import Request
from apps.core.limits import Full, Limit, network_of
from apps.core.refusals import Reason, Refused
from apps.people import reads, services, texts
from apps.people.forms import AcceptForm
from apps.people.models import Invitation, nonce_of
from apps.people.rules import Refusal

INVITATION = "invitation"
"""Where a session keeps the nonce of the invitation that was accepted in it."""
COOKIE = f"{settings.HOST}invitation"
"""Where a stranger's browser keeps the nonce of the link that it came with: no session is begun."""
COOKIE_LASTS = timedelta(hours=12)
ACCEPTED = Limit("accept_invitation", 60, timedelta(minutes=5))
"""Of one network address: a whole office may come in behind one."""


@login_not_required
@require_safe
def invitation(request: Request, token: str) -> HttpResponse:
    """Keep the token out of every later address, and so out of logs, and go on."""
    response = redirect("accept_invitation")
    response.set_signed_cookie(
        COOKIE,
        nonce_of(token),
        salt=INVITATION,
        max_age=COOKIE_LASTS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def brought(request: Request) -> str:
    """Return the nonce of the link that somebody came with, or of what they accepted here."""
    sent = request.get_signed_cookie(COOKIE, "", salt=INVITATION, max_age=COOKIE_LASTS)
    return str(sent or request.session.get(INVITATION, ""))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: Request) -> HttpResponse:
    """Let the invited person in; links that do not work all get the same answer."""
    try:
        return answer(request, reads.waiting(brought(request)))
    except IntegrityError:  # the account was made at the same moment, elsewhere
        return redirect("accept_invitation")
    except Full as full:
        context = {"told": too_often(full.free_at)}
        return TemplateResponse(request, "people/too_many.html", context, status=429)
    except Refused as refusal:
        if refusal.reason is Refusal.GONE and (found := accepted_before(request)):
            return enter(request, found)
        return refused(request, refusal.reason)


def accepted_before(request: Request) -> Invitation | None:
    """Return the invitation that the person accepted in this browser; they belong in the company.

    A form that was sent twice at once comes without a session the second time, because the first
    began a new one: the link and the password tell who sends it.
    """
    found = reads.accepted(brought(request))
    if found is None or found.email != email_of(request, found):
        return None
    return found


def email_of(request: Request, found: Invitation) -> str:
    """Return the email of who is signed in; for the form of a new account, sign them in first.

    Whoever has a second factor by now signs in by the page that asks for it.
    """
    if request.method == "POST" and not isinstance(request.user, User):
        sent = {"login": found.email, "password": request.POST.get("password", "")}
        form = LoginForm(sent, request=request)
        if form.is_valid() and not has_factor(form.user):
            sign_in(request, form.user)
    return request.user.email if isinstance(request.user, User) else ""


def answer(request: Request, found: Invitation) -> HttpResponse:
    """Ask for what is missing: another sign-in, a sign-in, a press of a button, a password."""
    user, account = request.user, reads.account(found.email)
    context: dict[str, object] = {"invitation": found}
    if isinstance(user, User) and user != account:
        return TemplateResponse(request, "people/another.html", context, status=403)
    if isinstance(user, User):
        if request.method == "POST":
            accept(request, found, user=user)
            return enter(request, found)
        return TemplateResponse(request, "people/accept.html", context)
    if account:
        return TemplateResponse(request, "people/sign_in.html", context)
    return make_account(request, found)


def make_account(request: Request, found: Invitation) -> HttpResponse:
    """Let somebody who has no account choose a name and a password."""
    form = AcceptForm(request.POST or None, invitation=found)
    if form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        user = accept(request, found, user=None, name=name, password=password)
        sign_in(request, user)
        return enter(request, found)
    context = {"invitation": found, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "people/make_account.html", context, status=status)


def accept(request: Request, found: Invitation, **who: Any) -> User:
    """Make somebody a member; raises Full when too many were, and as the service does."""
    ACCEPTED.take(network_of(get_adapter().get_client_ip(request)))
    return services.accept(found.nonce, **who)


def enter(request: Request, found: Invitation) -> HttpResponse:
    """Lead a new member into the company; the session keeps what they accepted."""
    request.session[INVITATION] = found.nonce
    messages.success(request, str(texts.WELCOME) % {"company": found.company.name})
    response = redirect("company_home", found.company.business_id)
    response.delete_cookie(COOKIE)
    return response


def refused(request: Request, reason: Reason) -> HttpResponse:
    """Say why nobody was let in; somebody who has an account by now is asked to sign in."""
    if reason is Refusal.HAS_ACCOUNT:
        return redirect("accept_invitation")
    if reason is Refusal.GONE:
        return gone(request, status=HTTPStatus.GONE)
    return TemplateResponse(request, "people/not_any_more.html", status=403)


def gone(request: Request, *, status: HTTPStatus) -> HttpResponse:
    """Say that a link does not work, and nothing about why."""
    return TemplateResponse(request, "account/gone.html", texts.GONE, status=status)
