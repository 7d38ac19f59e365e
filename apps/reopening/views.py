"""Review and reopen: the page, the question, the two answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.reopening import services, texts
from apps.reopening.pages import Question, ReviewPage, answering, only_posts, show
from apps.reopening.rules import Answer
from apps.reopening.services import Asked
from apps.resources.board import Board
from apps.resources.catalogue import Catalogue


@company_view(Capability.EDIT_RIGHTS)
@require_safe
def review(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what blocks of API traffic took away and nobody has answered yet."""
    board = Board.load(access, Catalogue.load())
    return show(request, ReviewPage(access, board, request.GET.get("from", "")))


@company_view(Capability.EDIT_RIGHTS)
@only_posts
@answering
def ask_reopen(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Ask whether to allow exactly these resources again."""
    return ask(request, access, asked, Answer.REOPEN)


@company_view(Capability.EDIT_RIGHTS)
@only_posts
@answering
def ask_leave(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Ask whether to leave exactly these resources blocked."""
    return ask(request, access, asked, Answer.LEAVE)


def ask(
    request: AuthenticatedRequest, access: CompanyAccess, asked: Asked, answer: Answer
) -> HttpResponse:
    """Show the question before an answer."""
    review = services.find(access, Board.load(access, asked.catalogue), asked)
    question = Question(answer, review, asked)
    return render(request, "reopening/ask.html", {"question": question})


@company_change(Capability.EDIT_RIGHTS)
@only_posts
@answering
def reopen(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Allow them again and go back to what still waits."""
    review = services.reopen(access, asked)
    messages.success(request, texts.reopened(review.standing.integration, len(asked.resources)))
    return redirect("reopen", access.company.business_id)


@company_change(Capability.EDIT_RIGHTS)
@only_posts
@answering
def leave(request: AuthenticatedRequest, access: CompanyAccess, asked: Asked) -> HttpResponse:
    """Leave them blocked and go back to what still waits."""
    review = services.leave(access, asked)
    messages.success(request, texts.left(review.standing.integration, len(asked.resources)))
    return redirect("reopen", access.company.business_id)
