"""Addresses of client companies: read the form, call a service, answer."""

from itertools import chain

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from apps.clients import services, texts
from apps.clients.forms import ClientFilter, NewClientForm
from apps.clients.page import ClientsPage, rows_of
from apps.clients.reads import Clients
from apps.clients.rules import NotFounded
from apps.companies.access import OfficeAccess, office_change, office_view
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list
from apps.core.refusals import Reason
from apps.security.services import exported

PAGE_SIZE = 50


@office_view
def client_companies(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """List the client companies, page by page."""
    clients = Clients(access)
    form = ClientFilter(request.GET, integrations=clients.integrations)
    census = clients.census(form.asked)
    found = clients.page(census, after=form.start, size=PAGE_SIZE)
    page = ClientsPage.of(clients, found, clients.boards(found.rows), census, form.sorted_by)
    return show_list(request, "clients/list.html", form, page)


@office_view
def client_companies_csv(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Answer everything that the filter means, as a file; the list when it has a mistake."""
    clients = Clients(access)
    form = ClientFilter(request.GET, integrations=clients.integrations)
    if not form.is_valid():
        return client_companies(request)
    blocks = clients.blocks(form.asked)
    rows = chain.from_iterable(rows_of(*block, clients.catalogue) for block in blocks)
    filename = f"client-companies-{timezone.localdate():%Y-%m-%d}.csv"
    exported(request, access, filename)
    return csv_answer(filename, texts.COLUMNS, (row.cells() for row in rows))


def refuse(request: AuthenticatedRequest, access: OfficeAccess, reason: Reason) -> HttpResponse:
    """Say at the business id why no company was founded."""
    form = NewClientForm(request.POST, offices=access.offices)
    known = form.cleaned_data["business_id"] if form.is_valid() else ""
    form.add_error("business_id", str(texts.REFUSED[reason]))
    context = {"form": form, "known": known if reason is NotFounded.ALREADY_CLIENT else ""}
    return TemplateResponse(request, "clients/new.html", context)


@office_change(refused=refuse)
def new_client(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Found a client company, for people of an office."""
    if not access.offices:
        return TemplateResponse(request, "clients/no_office.html", status=403)
    form = NewClientForm(request.POST or None, offices=access.offices)
    if request.method == "POST" and form.is_valid():
        made = services.found_company(access, **form.cleaned_data)
        company = made[0].company
        messages.success(request, texts.founded(company.name, len(made)))
        return redirect("company_home", company.business_id)
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "clients/new.html", {"form": form}, status=status)
