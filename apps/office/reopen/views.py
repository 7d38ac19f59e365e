"""Review and reopen: the page, the question, the two answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.companies.access import CompanyAccess, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.office.reopen import services, texts
from apps.office.reopen.pages import ReviewPage, answering, only_posts, sections, show
from apps.office.reopen.services import Asked
from apps.resources.board import Board
from apps.resources.catalog.snapshot import Catalogue


@company_view(Capability.EDIT_RIGHTS)
@require_safe
def review(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what blocks of API traffic took away and nobody has answered yet."""
    board = Board.load(access, Catalogue.load())
    return show(request, ReviewPage(access, board, request.GET.get("from", "")))


@company_view(Capability.EDIT_RIGHTS)
@only_posts
@answering
def ask(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Ask whether to allow exactly these resources again."""
    board = Board.load(access, asked.catalogue)
    context = {
        "review": services.find(access, board, asked),
        "resources": asked.resources,
        "sections": sections(asked.catalogue, asked.resources),
    }
    return render(request, "office/reopen/ask.html", context)


@company_view(Capability.EDIT_RIGHTS)
@only_posts
@answering
def reopen(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Allow them again and go back to what still waits."""
    review = services.reopen(access, asked)
    messages.success(request, texts.reopened(review.standing.integration, len(asked.resources)))
    return redirect("reopen", access.company.business_id)


@company_view(Capability.EDIT_RIGHTS)
@only_posts
@answering
def leave(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Leave them blocked and go back to what still waits."""
    review = services.leave(access, asked)
    messages.success(request, texts.left(review.standing.integration, len(asked.resources)))
    return redirect("reopen", access.company.business_id)
