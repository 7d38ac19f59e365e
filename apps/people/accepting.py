"""The way in for invited people: open to strangers, who bring the link from their mail."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_network

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.core.http import Request
from apps.core.refusals import Reason, Refused
from apps.people import reads, services, texts
from apps.people.forms import AcceptForm
from apps.people.models import Invitation, digest
from apps.people.rules import Refusal

INVITATION = "invitation"
"""Where the session keeps the digest of the token that somebody came with."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRIES, WITHIN = 20, timedelta(minutes=5)


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
    if not may_try(request):
        return gone(request, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        return answer(request, reads.waiting(request.session.get(INVITATION, "")))
    except IntegrityError:  # the account was made at the same moment, elsewhere
        return redirect("accept_invitation")
    except Refused as refusal:
        return refused(request, refusal.reason)


def may_try(request: Request) -> bool:
    """Take one of the places that a network address has; each is free again after a while.

    Somebody with IPv6 has a whole network of addresses, so that counts as one.
    """
    address = get_adapter().get_client_ip(request)
    network = ip_network((address, 64 if ":" in address else 32), strict=False)
    places = [f"accept_invitation:{network}:{place}" for place in range(TRIES)]
    taken = cache.get_many(places)
    free = (place for place in places if place not in taken)
    return any(cache.add(place, "taken", WITHIN.total_seconds()) for place in free)


def answer(request: Request, found: Invitation) -> HttpResponse:
    """Ask for what is missing: another sign-in, a sign-in, a press of a button, a password."""
    user, account = request.user, reads.account(found.email)
    context: dict[str, object] = {"invitation": found}
    if isinstance(user, User) and user != account:
        return TemplateResponse(request, "people/another.html", context, status=403)
    if isinstance(user, User):
        if request.method == "POST":
            services.accept(found.token_digest, user=user)
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
        user = services.accept(found.token_digest, user=None, name=name, password=password)
        login(request, user, backend=BACKEND)
        return enter(request, found)
    context = {"invitation": found, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "people/make_account.html", context, status=status)


def enter(request: Request, found: Invitation) -> HttpResponse:
    """Lead a new member into the company."""
    request.session.pop(INVITATION, None)
    messages.success(request, str(texts.WELCOME) % {"company": found.company.name})
    return redirect("company_home", found.company.business_id)


def refused(request: Request, reason: Reason) -> HttpResponse:
    """Say why nobody was let in; somebody who has an account by now is asked to sign in."""
    if reason is Refusal.HAS_ACCOUNT:
        return redirect("accept_invitation")
    if reason is Refusal.GONE:
        return gone(request, status=HTTPStatus.GONE)
    return TemplateResponse(request, "people/not_any_more.html", status=403)


def gone(request: Request, *, status: HTTPStatus) -> HttpResponse:
    """Say that a link does not work, and nothing about why."""
    return TemplateResponse(request, "people/gone.html", status=status)
