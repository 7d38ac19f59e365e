"""The way in for invited people: open to strangers, who bring the link from their mail."""

from __future__ import annotations

from allauth.core.internal import ratelimit  # the public one does not count GET
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.core.http import Request
from apps.people import texts
from apps.people.accept_forms import AcceptForm
from apps.people.invitations import (
    AccountExistsError,
    GoneError,
    accept,
    account_of,
    waiting,
)
from apps.people.models import Invitation, digest
from apps.people.services import RefusedError

INVITATION = "invitation"
"""Where the session keeps the digest of the token that somebody came with."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_safe
def invitation(request: Request, token: str) -> HttpResponse:
    """Keep the token out of every later address, and so out of logs, and go on."""
    request.session[INVITATION] = digest(token)
    return redirect("accept_invitation")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: Request) -> HttpResponse:
    """Let the invited person in; links that do not work all get the same answer."""
    action = {"app": "allauth.account", "action": "accept_invitation"}
    if not ratelimit.consume(request, **action, limit_get=True):
        return gone(request, status=429)
    try:
        found = waiting(request.session.get(INVITATION, ""))
        return answer(request, found)
    except GoneError:
        return gone(request, status=410)
    except RefusedError:
        return render(request, "people/not_any_more.html", status=403)


def answer(request: Request, found: Invitation) -> HttpResponse:
    """Ask for what is missing: another sign-in, a sign-in, a press of a button, a password."""
    user, account = request.user, account_of(found)
    context: dict[str, object] = {"invitation": found}
    if isinstance(user, User) and user != account:
        return render(request, "people/another.html", context, status=403)
    if isinstance(user, User):
        if request.method == "POST":
            return enter(request, accept(found.token_digest, user=user), found)
        return render(request, "people/accept.html", context)
    if account:
        return render(request, "people/sign_in.html", context)
    return make_account(request, found)


def make_account(request: Request, found: Invitation) -> HttpResponse:
    """Let somebody who has no account choose a name and a password."""
    form = AcceptForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            user = accept(found.token_digest, user=None, name=name, password=password)
        except (AccountExistsError, IntegrityError):  # made at the same moment, elsewhere
            return redirect("accept_invitation")
        login(request, user, backend=BACKEND)
        return enter(request, user, found)
    context = {"invitation": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "people/make_account.html", context, status=status)


def enter(request: Request, user: User, found: Invitation) -> HttpResponse:
    """Lead a new member into the company."""
    request.session.pop(INVITATION, None)
    messages.success(request, str(texts.WELCOME) % {"company": found.company.name})
    return redirect("company_home", found.company.business_id)


def gone(request: Request, *, status: int) -> HttpResponse:
    """Say that a link does not work, and nothing about why."""
    return render(request, "people/gone.html", status=status)
