"""Review and reopen: the page, the question, the answer."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, question_window
from apps.core.lists import show_list
from apps.core.paging import Key
from apps.core.refusals import Kind
from apps.reopening import reads, services, texts
from apps.reopening.forms import ItemsForm, ReviewForm, SeveralForm
from apps.reopening.page import Question, ReviewPage, Sent, SeveralQuestion, part
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
    linked = reads.linked(access, shown.rows)
    used = reads.used(access, catalogue, board, shown.rows)
    alone = len(waiting) == 1
    return ReviewPage.of(access, catalogue, board, shown, linked, used, sent, alone=alone)


def address(access: CompanyAccess, answer: Answer | None = None) -> str:
    """Return where every answer begins."""
    return reverse("reopen", args=[access.company.business_id])


def refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, answer: Answer
) -> HttpResponse:
    """Say why nothing was changed: a mistake at the resources, anything else above."""
    words = str(texts.REFUSALS[reason])
    if reason.kind is not Kind.MISTAKE:
        messages.error(request, words)
        return anew(request, access) if request.htmx else choose_anew(request, access)
    response = choose_anew(request, access, mistake=words)
    panel = f"#w-{public_id_of(request.POST) or GENERAL}"
    return retarget(reselect(reswap(response, "outerHTML"), panel), panel)


def anew(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Lead from a window to the page as it is now."""
    return HttpResponseClientRedirect(address(access))


def refused_several(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason
) -> HttpResponse:
    """Say why nothing was reopened: a mistake at the ticks, anything else above."""
    words, page = str(texts.REFUSALS[reason]), load_page(access)
    if reason.kind is Kind.MISTAKE:
        response = TemplateResponse(request, REVIEW, {"page": replace(page, mistake=words)})
        return retarget(reselect(reswap(response, "outerHTML"), "#several"), "#several")
    messages.error(request, words)
    return (
        anew(request, access) if request.htmx else TemplateResponse(request, REVIEW, {"page": page})
    )


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
    back = f"{address(access)}?from={question.key}"
    template, heading = "reopening/ask.html", question.heading
    return question_window(request, template, heading, back, question=question)


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


@company_change(Capability.EDIT_RIGHTS, refused=refused_several, back=address)
def ask_several(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Ask before all that waits of several listings is reopened."""
    board = resources.board(access, resources.catalogue())
    found = reads.several(access, board, wanted(request))
    question = SeveralQuestion.of(found)
    template, heading = "reopening/ask_several.html", question.heading
    return question_window(request, template, heading, address(access), question=question)


@company_change(Capability.EDIT_RIGHTS, refused=refused_several, back=address)
def reopen_several(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Allow all of it again, and go back to what still waits."""
    answered = services.reopen_several(access, wanted(request))
    messages.success(request, texts.reopened(answered))
    return redirect(address(access))


def wanted(request: AuthenticatedRequest) -> list[reads.Wanted]:
    """Return what the form of several asks for."""
    sent = SeveralForm(request.POST).wanted
    keys = {key: "" if key == GENERAL else key for key in sent}
    return [
        (target_of(request, public_id_of({"integration": keys[key]})), asked)
        for key, asked in sent.items()
    ]


def named(request: AuthenticatedRequest) -> Target:
    """Return whose rights the form is about."""
    return target_of(request, public_id_of(request.POST))
