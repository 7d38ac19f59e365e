"""Choosing a company. What happens inside one is the business of the other apps."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve, reverse
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
HOME = "company_home"
HERE = "here"
"""What an address calls the page that one came from."""


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
        return redirect(HOME, entered[0])
    if request.user.is_staff and not entered:
        return redirect("admin:index")
    return redirect("companies")


@require_safe
def companies(request: AuthenticatedRequest) -> HttpResponse:
    """List the companies of the person, page by page, each with the page that one came from."""
    if HERE not in request.GET and page_of_companies(came_from(request)):
        query = {**request.GET.dict(), HERE: came_from(request)}
        return redirect(reverse("companies", query=query))
    form = FindCompanyForm(request.GET)
    mine = reads.memberships(request.user).matching(form.text).sortable()
    page = CompaniesPage.of(
        form.page(mine, PAGE_SIZE),
        last=request.COOKIES.get(LAST_COMPANY, ""),
        here=page_of_companies(request.GET.get(HERE, "")),
        sort=form.sorted_by,
    )
    return show_list(request, "companies/list.html", form, page)


def came_from(request: AuthenticatedRequest) -> str:
    """Return the address of the page whose link or form led here, if the browser tells it."""
    with suppress(ValueError):  # of what is no address
        return urlsplit(request.headers.get("Referer", "")).path
    return ""


def page_of_companies(path: str) -> ResolverMatch | None:
    """Return the page that every company has at or above an address; its home is none of them."""
    while path.startswith("/companies/"):
        with suppress(Resolver404):
            found = resolve(path)
            if set(found.kwargs) == {"business_id"} and not found.func.changes:  # type: ignore[attr-defined]
                return None if found.url_name == HOME else found
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return None


@require_safe
def switcher(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the first matches for the menu at top left, each with the page that one is on."""
    form = FindCompanyForm(request.GET)
    mine = reads.memberships(request.user).in_force().matching(form.text)
    here = page_of_companies(request.htmx.current_url_abs_path or "")
    page = CompaniesPage.of(form.page(mine, SWITCHER_SIZE), here=here)
    return TemplateResponse(request, "companies/_switcher.html", {"page": page})
