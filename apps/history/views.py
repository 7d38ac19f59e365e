"""Addresses of the change history: read the form, call a service, answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess, company_change, company_view, posts_only
from apps.companies.rules import Capability
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.history.forms import DayForm
from apps.history.pages import (
    RightsOn,
    heads_of_table,
    load_page,
    show,
    target_of,
)
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.rights import services
from apps.rights.forms import UndoForm
from apps.rights.texts import MOVED_ON, undone


def address(access: CompanyAccess) -> str:
    """Return where a company's history is."""
    return reverse("history", args=[access.company.business_id])


@company_view(Capability.VIEW_HISTORY)
@require_safe
def history(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List what happened in the company, newest first."""
    return show(request, access)


@company_view(Capability.VIEW_HISTORY)
@require_safe
def history_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer exactly the filtered events as a file, one line each."""
    page = load_page(request, access)
    if not page.is_valid:
        return show(request, access)
    name = f"changes-{access.company.business_id}.csv"
    return csv_answer(name, heads_of_table(), page.table)


@company_change(Capability.EDIT_RIGHTS)
@posts_only(address)
def put_back(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Take back one change of rights, exactly, or say that the rights moved on."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    event_id = form.cleaned_data["event"]
    try:
        target = target_of(access, event_id)
        change = services.undo(access=access, target=target, event_id=event_id)
    except (Integration.DoesNotExist, AuditEvent.DoesNotExist):
        raise Http404 from None
    except services.MovedOnError:
        messages.error(request, str(MOVED_ON))
        return show(request, access, status=409)
    messages.success(request, undone(change))
    return redirect(address(access) + load_page(request, access).query)


@company_view(Capability.VIEW_HISTORY, Capability.VIEW_RIGHTS)
@require_safe
def rights_on(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show the rights of the company as they were at the end of a day; first of today."""
    page = day_of(request, access)
    status = 200 if page.form.is_valid() else 422
    return render(request, "history/rights_on.html", {"page": page}, status=status)


@company_view(Capability.VIEW_HISTORY, Capability.VIEW_RIGHTS)
@require_safe
def rights_on_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer them as a file, one line for each integration and resource."""
    page = day_of(request, access)
    if not page.form.is_valid():
        return render(request, "history/rights_on.html", {"page": page}, status=422)
    heads = [_("Integration"), _("Code"), _("Interface resource"), _("Right")]
    day = page.form.cleaned_data["on"].isoformat()
    return csv_answer(f"rights-{access.company.business_id}-{day}.csv", heads, page.table)


def day_of(request: AuthenticatedRequest, access: CompanyAccess) -> RightsOn:
    """Return the rights on the day that the address names."""
    today = {"on": timezone.localdate().isoformat()}
    form = DayForm(request.GET if "on" in request.GET else today)
    return RightsOn(access, form, Catalogue.load())
