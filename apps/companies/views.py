"""Choosing a company. What happens inside one is the business of the other apps."""

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.companies.access import LAST_COMPANY
from apps.companies.fields import BusinessId
from apps.companies.forms import FindCompanyForm
from apps.companies.models import Membership
from apps.companies.office import OfficeAccess
from apps.core.http import AuthenticatedRequest
from apps.core.paging import page_by_name

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
    mine = Membership.objects.visible_to(request.user).in_force()
    if mine.filter(company__business_id=last).exists():
        return redirect("company_home", last)
    if request.user.is_staff and not mine.exists():
        return redirect("admin:index")
    return redirect("companies")


@require_safe
def companies(request: AuthenticatedRequest) -> HttpResponse:
    """List the companies of the person, page by page."""
    form = FindCompanyForm(request.GET)
    valid = form.is_valid()
    memberships = Membership.objects.visible_to(request.user).with_page_keys()
    if valid:
        memberships = memberships.matching(form.cleaned_data["q"])
    page = page_by_name(memberships, after=form.cleaned_data.get("after", ""), size=PAGE_SIZE)
    context = {"form": form, "page": page, "last": request.COOKIES.get(LAST_COMPANY)}
    return render(request, "companies/list.html", context, status=200 if valid else 422)


@require_safe
def switcher(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the first matches for the menu at top left."""
    form = FindCompanyForm(request.GET)
    found = Membership.objects.visible_to(request.user).in_force().with_page_keys()
    if form.is_valid():
        found = found.matching(form.cleaned_data["q"])
    page = page_by_name(found, after="", size=SWITCHER_SIZE)
    return render(request, "companies/_switcher.html", {"page": page})
