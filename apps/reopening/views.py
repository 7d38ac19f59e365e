"""Review and reopen: the page, the question, the answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list
from apps.core.paging import Key
from apps.core.refusals import Kind
from apps.reopening import reads, services, texts
from apps.reopening.forms import ItemsForm, ReviewForm
from apps.reopening.page import Question, ReviewPage, Sent, part
from apps.reopening.rules import Answer, Reason
from apps.resources import reads as resources
from apps.resources.rules import Target
from apps.rights.forms import public_id_of, target_of
from apps.rights.rules import GENERAL

REVIEW = "reopening/review.html"
ANSWERING = {Answer.REOPEN: services.reopen, Answer.LEAVE: services.leave}


@company_view(Capability.EDIT_RIGHTS)
def review(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what blocks of API traffic took away and nobody has answered yet."""
    form = ReviewForm(request.GET)
    after = form.cleaned_data["after"] if form.is_valid() else None
    page = load_page(access, after=after, at=request.GET.get("from", ""))
    return show_list(request, REVIEW, form, page)


def load_page(
    access: CompanyAccess, *, after: Key | None = None, at: str = "", sent: Sent | None = None
) -> ReviewPage:
    """Read what waits behind a key, or around the listing that is named."""
    catalogue = resources.catalogue()
    board = resources.board(access, catalogue)
    waiting = reads.reviews(access, board)
    shown = part(waiting, after=after, at=at)
    changes = reads.changes_of_identifiers(access, shown.rows)
    alone = len(waiting) == 1
    return ReviewPage.of(access, catalogue, board, shown, changes, sent, alone=alone)


def address(access: CompanyAccess, answer: Answer) -> str:
    """Return where every answer begins."""
    return reverse("reopen", args=[access.company.business_id])


def refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, answer: Answer
) -> HttpResponse:
    """Say why nothing was changed: a mistake at the resources, anything else above."""
    words = str(texts.REFUSALS[reason])
    if reason.kind is Kind.MISTAKE:
        return choose_anew(request, access, mistake=words)
    messages.error(request, words)
    return choose_anew(request, access)


def choose_anew(
    request: AuthenticatedRequest, access: CompanyAccess, mistake: str = ""
) -> HttpResponse:
    """Answer the page with what was ticked."""
    form = ItemsForm(request.POST, catalogue=resources.catalogue())
    key = public_id_of(request.POST) or GENERAL
    page = load_page(access, at=key, sent=Sent(key, form.chosen, mistake))
    return TemplateResponse(request, REVIEW, {"page": page})


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def ask(request: AuthenticatedRequest, access: CompanyAccess, answer: Answer) -> HttpResponse:
    """Ask before an answer, and show exactly which resources it is about."""
    form = ItemsForm(request.POST, catalogue=resources.catalogue())
    target, asked = named(request), form.resources
    if form.goes_back:
        return choose_anew(request, access)
    board = resources.board(access, form.catalogue)
    found = reads.waiting(access, board, target, asked)
    question = Question.of(answer, found, asked, form.catalogue)
    return TemplateResponse(request, "reopening/ask.html", {"question": question})


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def give(request: AuthenticatedRequest, access: CompanyAccess, answer: Answer) -> HttpResponse:
    """Allow them again or leave them blocked, and go back to what still waits."""
    form = ItemsForm(request.POST, catalogue=resources.catalogue())
    target, asked = named(request), form.resources
    if form.goes_back:
        return choose_anew(request, access)
    answered = ANSWERING[answer](access, target, asked)
    messages.success(request, texts.answered(answer, answered.integration, len(asked)))
    return redirect(address(access, answer))


def named(request: AuthenticatedRequest) -> Target:
    """Return whose rights the form is about."""
    return target_of(request, public_id_of(request.POST))
