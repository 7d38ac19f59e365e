"""Choosing a company. What happens inside one is the business of the other apps."""

import re
from contextlib import suppress

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve
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
    """Go to the client companies, else to the company used last or the only one, else to the list."""
    if OfficeAccess(request.user).all_offices:
        return redirect("office")
    last = request.COOKIES.get(LAST_COMPANY, "")
    if not re.fullmatch(BusinessId.regex, last):
        last = ""
    entered = reads.first_entered(request.user, last)
    if last in entered or len(entered) == 1:
        return redirect("company_home", entered[0])
    if request.user.is_staff and not entered:
        return redirect("admin:index")
    return redirect("companies")


@require_safe
def companies(request: AuthenticatedRequest) -> HttpResponse:
    """List the companies of the person, page by page."""
    form = FindCompanyForm(request.GET)
    found = form.page(reads.memberships(request.user).matching(form.text), PAGE_SIZE)
    page = CompaniesPage.of(found, last=request.COOKIES.get(LAST_COMPANY, ""))
    return show_list(request, "companies/list.html", form, page)


def page_of_companies(path: str) -> ResolverMatch | None:
    """Return the page that every company has at or above an address; nothing outside companies."""
    while path.startswith("/companies/"):
        with suppress(Resolver404):
            found = resolve(path)
            if set(found.kwargs) == {"business_id"} and not found.func.changes:  # type: ignore[attr-defined]
                return found
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return None


@require_safe
def switcher(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the first matches for the menu at top left, each with the page that one is on."""
    form = FindCompanyForm(request.GET)
    mine = reads.memberships(request.user).in_force().matching(form.text)
    here = page_of_companies(request.htmx.current_url_abs_path or "")
    page = CompaniesPage.of(form.page(mine, SWITCHER_SIZE), last="", here=here)
    return TemplateResponse(request, "companies/_switcher.html", {"page": page})
