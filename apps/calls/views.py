"""What integrations asked, and why one call passes or does not."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.response import TemplateResponse

from apps.companies.access import CompanyAccess, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest


@company_view(Capability.VIEW_RIGHTS)
def calls(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what integrations asked, and how they were answered."""
    return TemplateResponse(request, "calls/calls.html", {})


@company_view(Capability.ENTER)
def check_call(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show every check of a call in order, each with the fact that it read."""
    return TemplateResponse(request, "calls/check.html", {})
