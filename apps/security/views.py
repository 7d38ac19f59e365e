"""Addresses of the security record: one's own, and a company's."""

from http import HTTPStatus
from itertools import chain

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.reauthentication import is_confirmed, strongest_before_form
from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list
from apps.core.paging import blocks
from apps.core.refusals import Reason
from apps.security import reads, services, texts
from apps.security.forms import CompanyRecordForm, DaysForm, RecordForm
from apps.security.models import SecurityEvent
from apps.security.page import PAGE_SIZE, Head, RecordPage, table
from apps.security.rules import Verb


@require_safe
def own(request: AuthenticatedRequest) -> HttpResponse:
    """List what happened to one's own account, newest first."""
    form = RecordForm(request.GET, auto_id="f-%s")
    found = reads.own(request.user, form.asked) if form.is_valid() else None
    return _listed(request, Head.own(), form, found)


@require_safe
def own_csv(request: AuthenticatedRequest) -> HttpResponse:
    """Answer exactly the filtered events as a file."""
    form = RecordForm(request.GET, auto_id="f-%s")
    if not form.is_valid():
        return _listed(request, Head.own(), form, None)
    name = "security-events.csv"
    taken = services.record(request, Verb.EXPORTED, request.user, about=name)
    return _file(name, form, reads.own(request.user, form.asked), taken)


@company_view(Capability.EDIT_USERS)
def of_company(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List how members signed in and what was taken out of the company, newest first."""
    form = CompanyRecordForm(request.GET, auto_id="f-%s")
    found = reads.of_company(access, form.asked) if form.is_valid() else None
    return _listed(request, Head.of_company(access.company), form, found)


@company_view(Capability.EDIT_USERS)
def of_company_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer exactly the filtered events as a file, and note that it was taken."""
    form = CompanyRecordForm(request.GET, auto_id="f-%s")
    if not form.is_valid():
        return _listed(request, Head.of_company(access.company), form, None)
    name = f"security-{access.company.business_id}.csv"
    taken = services.exported(request, access, name)
    return _file(name, form, reads.of_company(access, form.asked), taken)


def to_days(access: CompanyAccess) -> str:
    """Return the address of the page about the days of a company."""
    return reverse("factor_days", args=[access.company.business_id])


def not_given(request: AuthenticatedRequest, access: CompanyAccess, reason: Reason) -> HttpResponse:
    """Lead back to the page."""
    return redirect(to_days(access))


def show_days(request: AuthenticatedRequest, form: DaysForm) -> HttpResponse:
    """Show how many days the company gives, to be changed."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return TemplateResponse(request, "security/days.html", {"form": form}, status=status)


@company_change(Capability.EDIT_USERS, refused=not_given)
@strongest_before_form
def factor_days(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show and change how many days people have to set up a second factor."""
    form = DaysForm(request.POST or None, initial={"days": reads.factor_days(access)})
    if form.is_bound and not is_confirmed(request):
        form.add_error(None, str(texts.LAPSED))
    if not form.is_valid():
        return show_days(request, form)
    is_new = services.give_days(access, form.cleaned_data["days"])
    messages.success(request, texts.DAYS_SAVED if is_new else texts.DAYS_UNCHANGED)
    return redirect(to_days(access))


def _listed(
    request: HttpRequest, head: Head, form: RecordForm, found: QuerySet[SecurityEvent] | None
) -> HttpResponse:
    page = None if found is None else RecordPage.of(form.page(found, PAGE_SIZE))
    return show_list(request, "security/record.html", form, page, head=head)


def _file(
    name: str, form: RecordForm, found: QuerySet[SecurityEvent], taken: SecurityEvent
) -> HttpResponse:
    """Answer what was found before the file was ``taken``, which is an event itself."""
    events = chain.from_iterable(blocks(found.filter(pk__lt=taken.pk), list(form.order)))
    return csv_answer(name, texts.HEADS, table(events))
