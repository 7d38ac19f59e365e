"""What integrations asked, and why one call passes or does not."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from apps.calls import page as pages
from apps.calls import reads, texts
from apps.calls.forms import ChoiceForm, RequestForm
from apps.calls.reads import Call
from apps.companies.access import CompanyAccess, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.resources.catalogue import Catalogue


@company_view(Capability.VIEW_RIGHTS)
def calls(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what integrations asked, and how they were answered."""
    return TemplateResponse(request, "calls/calls.html", {})


# --- Check a call ---------------------------------------------------------------------------------


@company_view(Capability.ENTER)
def check_call(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show every check of a call in order: of one in the log, or of one that is thought of."""
    if "request" in request.GET:
        return check_logged(request, access, RequestForm(request.GET))
    form = ChoiceForm.of(request.GET)
    if not form.is_valid():
        return ask(request, access, form)
    found = reads.chosen(access, *form.names)
    if found is None:
        return ask(request, access, form.filled_in)
    return show_checks(request, access, found, form.cleaned_data["at"])


def check_logged(
    request: AuthenticatedRequest, access: CompanyAccess, form: RequestForm
) -> HttpResponse:
    """Show the checks of a request in the log; an id that is none is answered at the field."""
    found = reads.logged(access, form.cleaned_data["request"]) if form.is_valid() else None
    if found is None:
        if form.is_valid():
            form.add_error("request", str(texts.NO_REQUEST))
        return ask(request, access, ChoiceForm(), form)
    return show_checks(request, access, found)


def ask(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    choice: ChoiceForm,
    by_id: RequestForm | None = None,
) -> HttpResponse:
    """Ask which call is meant; 422 for what was sent with a mistake."""
    own, catalogue = reads.identifiers_offered(access, choice.named)
    choice.offer(own, reads.integrations_offered(access, own, catalogue), catalogue)
    is_wrong = choice.errors or (by_id and by_id.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    context = {"choice": choice, "by_id": by_id or RequestForm(), "has_choice": bool(own)}
    return TemplateResponse(request, "calls/check.html", context, status=status)


def show_checks(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    found: tuple[Call, Catalogue],
    at: datetime | None = None,
) -> HttpResponse:
    """Show what decides on a call: the statement of the endpoint, asked anew."""
    (call, catalogue), now = found, timezone.now()
    case = pages.Case(access, call, catalogue, reads.changes(access, call))
    page = pages.check_page(case, call.found(now), now, at)
    return TemplateResponse(request, "calls/checked.html", {"page": page})
