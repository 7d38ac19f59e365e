"""Addresses of client companies: read the form, call a service, answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.clients import services, texts
from apps.clients.forms import NewClientForm
from apps.clients.pages import ClientsPage
from apps.companies.access import OfficeAccess, office_view
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest


@office_view
@require_safe
def client_companies(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """List the client companies, page by page."""
    page = ClientsPage.asked(access, request.GET)
    status = 200 if page.form.is_valid() else 422
    context = {"form": page.form, "page": page}
    return render(request, "clients/list.html", context, status=status)


@office_view
@require_safe
def client_companies_csv(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Answer everything that the filter means, as a file; the list when it has a mistake."""
    page = ClientsPage.asked(access, request.GET)
    if not page.form.is_valid():
        return client_companies(request)
    filename = f"client-companies-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_answer(filename, texts.COLUMNS, page.table)


@office_view
@require_http_methods(["GET", "HEAD", "POST"])
def new_client(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Found a client company, for people of an office."""
    if not access.offices:
        return render(request, "clients/no_office.html", status=403)
    form = NewClientForm(request.POST or None, offices=access.offices)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.found_company(access, **form.cleaned_data)
        except services.AlreadyKnownError:
            form.add_error("business_id", str(texts.ALREADY_KNOWN))
        else:
            company = made[0].company
            messages.success(request, texts.founded(company.name, len(made)))
            return redirect("company_home", company.business_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/new.html", {"form": form}, status=status)
