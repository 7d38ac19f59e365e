"""Addresses about lost second factors: of a member, and the link in the holder's mail."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.reauthentication import strongest_again
from apps.companies.access import CompanyAccess, company_change
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, Request
from apps.core.refusals import Reason
from apps.people.reads import member as member_of
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
    """Show what can be done for a member; the page finds out itself why something cannot."""
    found = member_of(access, member)
    page = LostPage.of(found, reads.waiting(access, found.user), reads.why_not(access, found))
    return TemplateResponse(request, "recovery/lost.html", {"page": page})


@company_change(Capability.EDIT_USERS, refused=show)
@strongest_again
def lost_factor(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Show what can be done for a member who lost the second factor, and let a reset be asked."""
    if request.method != "POST":
        return show(request, access, None, member)
    reset = services.ask(access, member)
    tell(request, reset, What.ASKED)
    messages.success(request, str(texts.ASKED) % {"name": reset.user.name})
    return redirect(page_of(access, member))


@company_change(Capability.EDIT_USERS, refused=show, back=page_of)
def cancel_reset(request: AuthenticatedRequest, access: CompanyAccess, member: int) -> HttpResponse:
    """Cancel what was asked for a member, whoever asked; it needs no password, as it is safe."""
    found = member_of(access, member)
    reset = services.cancel(reads.waiting(access, found.user), by=access.user)
    if reset:
        tell(request, reset, What.CANCELLED)
    messages.success(request, texts.CANCELLED if reset else texts.ALREADY_OVER)
    return redirect(page_of(access, member))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_reset(request: Request, token: str) -> HttpResponse:
    """Let the holder confirm by the password, or cancel without it; looking changes nothing."""
    reset = reads.linked(token)
    if reset is None:
        return TemplateResponse(request, "recovery/gone.html", status=HTTPStatus.GONE)
    if "cancel" in request.POST:
        return cancelled(request, services.cancel(reset, by=None))
    form = PasswordForm(request.POST or None, user=reset.user)
    if form.is_valid() and (confirmed := services.confirm(token)):
        tell(request, confirmed, What.CONFIRMED)
        messages.success(request, texts.CONFIRMED)
        return redirect("confirm_reset", token)
    context = {"reset": reset, "form": form, "waits": texts.waits_for(reset)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "recovery/confirm.html", context, status=status)


def cancelled(request: Request, reset: Reset | None) -> HttpResponse:
    """Say that nothing is taken away."""
    if reset:
        tell(request, reset, What.CANCELLED)
    return TemplateResponse(request, "recovery/cancelled.html")


def tell(request: Request, reset: Reset, what: What) -> None:
    """Let the holder be mailed."""
    tasks.tell.enqueue(reset.pk, what, request.build_absolute_uri("/"))
