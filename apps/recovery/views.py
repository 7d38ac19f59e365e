"""Addresses about lost second factors: of a member, and the link in the holder's mail."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.reauthentication import strongest_again
from apps.companies.access import CompanyAccess, company_change
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, Request
from apps.core.refusals import Reason
from apps.people.reads import member as member_of
from apps.people.views import or_removed
from apps.recovery import reads, services, tasks, texts
from apps.recovery.forms import PasswordForm
from apps.recovery.models import Reset
from apps.recovery.page import LostPage
from apps.recovery.rules import What


def page_of(access: CompanyAccess, member: int) -> str:
    """Return the address of the page about a member's lost second factor."""
    return reverse("lost_factor", args=[access.company.business_id, member])


def show(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason | None, member: int
) -> HttpResponse:
    """Show what can be done for a member, and why something cannot, or was refused."""
    found = member_of(access, member)
    why_not = reads.why_not(access, found) or reason
    page = LostPage.of(found, reads.waiting(access, found.user), why_not)
    return TemplateResponse(request, "recovery/lost.html", {"page": page})


@company_change(Capability.EDIT_USERS, refused=show)
@or_removed
@strongest_again
def lost_factor(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Show what can be done for a member who lost the second factor, and let a reset be asked."""
    if request.method != "POST":
        return show(request, access, None, member)
    reset = services.ask(access, member, request)
    tell(request, reset, What.ASKED)
    messages.success(request, str(texts.ASKED) % {"name": reset.user.name})
    return redirect(page_of(access, member))


@company_change(Capability.EDIT_USERS, refused=show, back=page_of)
def cancel_reset(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Cancel what was asked for a member, whoever asked; it needs no password, as it is safe."""
    found = member_of(access, member)
    reset = cancel(request, reads.waiting(access, found.user), access.user)
    messages.success(request, texts.CANCELLED if reset else texts.ALREADY_OVER)
    return redirect(page_of(access, member))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_reset(request: Request, token: str) -> HttpResponse:
    """Let the holder confirm by the password, or cancel without it; looking changes nothing."""
    reset = reads.linked(token)
    if reset is None:
        return TemplateResponse(request, "account/gone.html", texts.GONE, status=HTTPStatus.GONE)
    if "cancel" in request.POST:
        cancel(request, reset)
        return TemplateResponse(request, "recovery/cancelled.html")
    form = PasswordForm(request.POST or None, reset=reset)
    if form.is_valid() and confirm(request, token):
        messages.success(request, texts.CONFIRMED)
        return redirect("confirm_reset", token)
    context = {"reset": reset, "form": form, "waits": texts.waits_for(reset)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "recovery/confirm.html", context, status=status)


@transaction.atomic
def confirm(request: Request, token: str) -> bool:
    """Let a request be carried out in a day; never without the mail that warns of it."""
    reset = services.confirm(token, request)
    if reset:
        tell(request, reset, What.CONFIRMED)
    return reset is not None


@transaction.atomic
def cancel(request: Request, found: Reset | None, by: User | None = None) -> Reset | None:
    """Cancel a request and tell its holder; nothing if there is none any more."""
    reset = services.cancel(found, by, request)
    if reset:
        tell(request, reset, What.CANCELLED)
    return reset


def tell(request: Request, reset: Reset, what: What) -> None:
    """Let the holder be mailed."""
    tasks.tell.enqueue(reset.pk, what, request.build_absolute_uri("/"))
