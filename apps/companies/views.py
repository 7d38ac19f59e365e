"""Choosing a company. What happens inside one is the business of the other apps."""

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from apps.companies import reads
from apps.companies.access import LAST_COMPANY, OfficeAccess
from apps.companies.fields import BusinessId
from apps.companies.forms import FindCompanyForm
from apps.companies.page import CompaniesPage
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list

PAGE_SIZE = 50
SWITCHER_SIZE = 8


@require_safe
def home(request: AuthenticatedRequest) -> HttpResponseRedirect:
    """Go to the client companies, else to the company used last, else to the list."""
    if OfficeAccess(request.user).all_offices:
        return redirect("office")
    last = request.COOKIES.get(LAST_COMPANY, "")
    if not re.fullmatch(BusinessId.regex, last):
        last = ""
    mine = reads.memberships(request.user).in_force()
    if mine.filter(company__business_id=last).exists():
        return redirect("company_home", last)
    if request.user.is_staff and not mine.exists():
        return redirect("admin:index")
    return redirect("companies")


@require_safe
def companies(request: AuthenticatedRequest) -> HttpResponse:
    """List the companies of the person, page by page."""
    form = FindCompanyForm(request.GET)
    found = form.page(reads.memberships(request.user).matching(form.text), PAGE_SIZE)
    page = CompaniesPage.of(found, last=request.COOKIES.get(LAST_COMPANY, ""))
    return show_list(request, "companies/list.html", form, page)


@require_safe
def switcher(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the first matches for the menu at top left."""
    form = FindCompanyForm(request.GET)
    mine = reads.memberships(request.user).in_force().matching(form.text)
    page = CompaniesPage.of(form.page(mine, SWITCHER_SIZE), last="")
    return TemplateResponse(request, "companies/_switcher.html", {"page": page})
