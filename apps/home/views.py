"""The company home."""

from django.http import HttpResponse
from django.template.response import TemplateResponse

from apps.companies.access import CompanyAccess, company_view
from apps.companies.reads import grantors
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.history.pages import recent
from apps.home import reads
from apps.home.page import HomePage
from apps.identifiers.pages import ending
from apps.resources.board import Board
from apps.resources.catalog.snapshot import Catalogue
from apps.rights.sides import Sides


@company_view(Capability.ENTER)
def company_home(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show the company: what needs attention, whether API traffic is open, and for whom."""
    catalogue = Catalogue.load()
    board = Board.load(access, catalogue) if access.may_view_rights else None
    context = {
        "page": HomePage.of(access, board, reads.members(access), ending(access)),
        "sides": Sides(access, board, None, elsewhere=True) if board else None,
        "recent": recent(access, catalogue) if access.may_view_history else [],
        "grantors": [] if board else grantors(access),
    }
    return TemplateResponse(request, "home/home.html", context)
