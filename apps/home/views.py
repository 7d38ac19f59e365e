"""The company home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.companies.access import CompanyAccess, company_view
from apps.companies.reads import grantors
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.history.page import lines
from apps.history.reads import recent
from apps.home.todo import todo, traffic
from apps.resources.catalogue import Catalogue
from apps.rights.pages import load_page
from apps.rights.sides import Sides


@company_view(Capability.ENTER)
@require_safe
def company_home(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show the company: what needs attention, whether API traffic is open, and for whom."""
    board = load_page(request, access, None).board if access.may_view_rights else None
    context: dict[str, object] = {
        "sides": Sides(access, board, None, elsewhere=True) if board else None,
        "todo": todo(access, board),
        "recent": lines(*recent(access, board.catalogue if board else Catalogue.load()))
        if access.may_view_history
        else [],
    }
    if board:
        context["traffic"] = traffic(access, board)
    else:
        context["grantors"] = grantors(access)
    return render(request, "home/home.html", context)
