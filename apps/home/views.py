"""The company home, and the help."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.calls import reads as calls
from apps.calls.overview import Seen
from apps.companies.access import CompanyAccess, company_view
from apps.companies.reads import grantors
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.history.page import Line, lines
from apps.history.reads import recent
from apps.home import reads
from apps.home.page import HelpPage, HomePage
from apps.identifiers.reads import ending
from apps.resources import reads as resources
from apps.rights.asides import links_of
from apps.rights.reads import Opened, opened


@company_view(Capability.ENTER)
def company_home(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show the company: what needs attention, whether API traffic is open, and for whom."""
    rights = opened(access) if access.may_view_rights else None
    board = rights.board if rights else None
    seen = _seen(access, rights) if rights else None
    context = {
        "page": HomePage.of(access, rights, seen, reads.members(access), ending(access)),
        "links": links_of(access, board, None, rights.used) if rights and board else None,
        "recent": _recent(access, rights) if access.may_view_history else [],
        "grantors": [] if board else grantors(access),
    }
    return TemplateResponse(request, "home/home.html", context)


def _seen(access: CompanyAccess, rights: Opened) -> Seen:
    """Read what integrations used and were refused."""
    today = timezone.localdate()
    uses = calls.uses(access, today)
    called = resources.integrations(rights.catalogue, {use.integration for use in uses})
    named = {one.pk: one for one in called}
    return Seen(access, rights.catalogue, rights.board, uses, named, today)


def _recent(access: CompanyAccess, rights: Opened | None) -> list[Line]:
    catalogue = rights.catalogue if rights else resources.catalogue()
    return lines(*recent(access, catalogue))


@company_view(Capability.ENTER)
def company_help(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer what people ask most, with links to the pages of the company."""
    return TemplateResponse(request, "home/help.html", {"page": HelpPage.of(access)})


@require_safe
def general_help(request: AuthenticatedRequest) -> HttpResponse:
    """Answer the same outside a company."""
    return TemplateResponse(request, "home/help.html", {"page": HelpPage.of(None)})
