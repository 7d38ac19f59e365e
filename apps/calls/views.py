"""What integrations asked, and why one call passes or does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.debug import sensitive_post_parameters

from apps.calls import overview, reads, services, texts
from apps.calls import page as pages
from apps.calls.forms import (
    AllowForm,
    BackForm,
    BlockForm,
    CallsForm,
    ChoiceForm,
    RequestForm,
    SignatureForm,
)
from apps.calls.overview import CallsPage, Seen
from apps.calls.reads import Call
from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability, Role
from apps.core.csv import csv_answer
from apps.core.fields import UnreadableValueError
from apps.core.http import AuthenticatedRequest
from apps.core.refusals import Reason, Refused
from apps.history.reads import target as of_event
from apps.identifiers.rules import Refusal as Unreadable
from apps.replay.page import in_one
from apps.replay.reads import of_rights
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.rules import Target
from apps.rights import services as rights
from apps.rights.reads import opened
from apps.rights.texts import REFUSALS as RIGHTS_REFUSALS
from apps.rights.texts import changed, undone
from apps.security.services import exported

# --- Check a call ---------------------------------------------------------------------------------


@company_view(Capability.ENTER)
def check_call(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show every check of a call in order: of one in the log, or of one that is thought of."""
    if "request" in request.GET:
        return check_logged(request, access, RequestForm(request.GET))
    form = ChoiceForm.of(request.GET)
    if not form.is_valid():
        return ask(request, access, form)
    found = reads.chosen(access, *form.names)
    if found is None:
        return ask(request, access, form.filled_in)
    return show_checks(request, access, found, form.cleaned_data["at"])


def check_logged(
    request: AuthenticatedRequest, access: CompanyAccess, form: RequestForm
) -> HttpResponse:
    """Show the checks of a request in the log; an id that is none is answered at the field."""
    found = reads.logged(access, form.cleaned_data["request"]) if form.is_valid() else None
    if found is None:
        if form.is_valid():
            form.add_error("request", str(texts.NO_REQUEST))
        return ask(request, access, ChoiceForm(), form)
    return show_checks(request, access, found)


def ask(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    choice: ChoiceForm,
    by_id: RequestForm | None = None,
) -> HttpResponse:
    """Ask which call is meant; 422 for what was sent with a mistake."""
    offered, catalogue = reads.identifiers_offered(access, choice.named)
    known = reads.integrations_offered(access, offered, catalogue)
    choice.offer(offered, known, catalogue)
    is_wrong = choice.errors or (by_id and by_id.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    own = any(one.owner_id == access.user.pk for one in offered)
    context = {"choice": choice, "by_id": by_id or RequestForm(), "offered": offered, "own": own}
    return TemplateResponse(request, "calls/check.html", context, status=status)


def unreadable(
    request: AuthenticatedRequest, access: CompanyAccess, _reason: Reason
) -> HttpResponse:
    """Say at the field that a text cannot be compared, because no key opens a Key."""
    form, found = signature_form(request, access), None
    form.add_error("text", str(texts.UNREADABLE))
    return TemplateResponse(request, SIGNATURE, {"form": form, "found": found})


SIGNATURE = "calls/signature.html"


@sensitive_post_parameters("text")
@company_change(Capability.ENTER, refused=unreadable)
def check_signature(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Compare the text that a program signed with one's own identifier; it holds both keys."""
    form = signature_form(request, access)
    found = compare(access, form) if form.is_valid() else None
    wrong = form.is_bound and found is None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    context = {"form": form if wrong else form.emptied, "found": found}
    return TemplateResponse(request, SIGNATURE, context, status=status)


def signature_form(request: AuthenticatedRequest, access: CompanyAccess) -> SignatureForm:
    """Return the form with the person's own identifiers."""
    own, known = reads.own_offered(access)
    return SignatureForm.of(request.POST or None, own, known)


def compare(access: CompanyAccess, form: SignatureForm) -> pages.Compared | None:
    """Compare what a form without mistakes has; raises Refused when no key opens a Key."""
    sent = form.cleaned_data
    found = reads.own_and_integration(access, sent["own"], sent["partner"])
    if found is None:
        form.add_error("own", str(texts.CHOOSE_OWN))
        return None
    try:
        return pages.compared(access, *found, sent["text"])
    except UnreadableValueError:
        raise Refused(Unreadable.UNREADABLE) from None


def show_checks(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    found: tuple[Call, Catalogue],
    at: datetime | None = None,
) -> HttpResponse:
    """Show what decides on a call: the statement of the endpoint, asked anew."""
    (call, catalogue), now = found, timezone.now()
    case = pages.Case(access, call, catalogue, reads.changes(access, call))
    page = pages.check_page(case, call.found(now), now, at)
    return TemplateResponse(request, "calls/checked.html", {"page": page})


# --- API calls ------------------------------------------------------------------------------------


def address(access: CompanyAccess, **_parts: object) -> str:
    """Return where a company's calls are."""
    return reverse("calls", args=[access.company.business_id])


def refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, **_parts: object
) -> HttpResponse:
    """Say on the page why nothing was changed."""
    words: Mapping[Any, Promise] = texts.REFUSALS if reason in texts.REFUSALS else RIGHTS_REFUSALS
    messages.error(request, str(words[reason]))
    return show(request, access)


@company_view(Capability.VIEW_RIGHTS)
def calls(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show what integrations asked, and how they were answered."""
    return show(request, access)


def look(request: AuthenticatedRequest, access: CompanyAccess) -> tuple[Seen, CallsForm]:
    """Read what was counted in ninety days, and what is looked for in it."""
    read, today = opened(access), timezone.localdate()
    uses = reads.uses(access, today)
    called = resources.integrations(read.catalogue, {use.integration for use in uses})
    named = {one.pk: one for one in called}
    seen = Seen(access, read.catalogue, read.board, uses, named, today)
    form = CallsForm(request.GET, today)
    form.offer(uses, seen.known, read.catalogue)
    return seen, form


def show(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer the page; nothing found, and 422, while the filter has a mistake."""
    seen, form = look(request, access)
    page = found(seen, form) if form.is_valid() else None
    context = {
        "form": form,
        "page": page,
        "undo_url": address(access) + "undo/" + form.query,
        "may_be_mailed": Role.KH in access.grants.roles,
    }
    return TemplateResponse(request, "calls/calls.html", context, status=form.status)


def found(seen: Seen, form: CallsForm) -> CallsPage:
    """Read what the filter finds, and what may have stopped an integration."""
    asked = form.asked
    charged = [one.code for one in seen.catalogue.resources if one.per_transaction]
    figures = reads.figures(seen.access, asked, charged)
    stops = overview.stops_of(seen, figures, timezone.now())
    if stops and seen.access.may_view_history:
        first = min(stop.first for stop in stops.values())
        events, census = reads.changes_since(seen.access, seen.catalogue, first)
        overview.explain(seen, stops.values(), events, census)
    singles = form.page(reads.requests(seen.access, asked), overview.PAGE_SIZE)
    return overview.calls_page(seen, asked, figures, stops, singles)


@company_view(Capability.VIEW_RIGHTS)
def calls_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer exactly the filtered calls as a file, one line each."""
    seen, form = look(request, access)
    if not form.is_valid():
        return show(request, access)
    rows = reads.one_by_one(access, form.asked)
    name = f"calls-{access.company.business_id}.csv"
    exported(request, access, name)
    return csv_answer(name, texts.HEADS, (overview.cells(seen, row) for row in rows))


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def allow_refused(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Allow what an integration was refused, and offer to undo it."""
    form = AllowForm(request.POST)
    if not form.is_valid():
        raise Http404
    target = Target(form.cleaned_data["integration"])
    change = rights.set_rights(access, target, form.wish)
    said = changed(*change.about, allow=True, newly_listed=change.newly_listed)
    event = str(change.event_id) if change.changed else ""
    messages.success(request, said, extra_tags=event)
    return redirect(address(access) + query_of(request))


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def block_unused(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Block the ticked rights that no call used, as one change, and offer to undo it.

    What older calls it would have refused is said: a yearly job may be among them.
    """
    done = services.block_unused(access, BlockForm(request.POST).chosen)
    refuses = in_one(of_rights(access, done.catalogue, done.before, done.board))
    said = f"{texts.blocked(done.count)} {refuses}".strip()
    messages.success(request, said, extra_tags=str(done.bulk_id))
    return redirect(address(access) + query_of(request))


@company_change(Capability.VIEW_RIGHTS, refused=refused, back=address)
def mail_refusals(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Turn the mails about new refusals on or off."""
    wanted = request.POST.get("wanted") == "1"
    services.want_mails(access, wanted=wanted)
    messages.success(request, str(texts.MAILS_ON if wanted else texts.MAILS_OFF))
    return redirect(f"{address(access)}#h-mails")


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def undo_calls(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Take back one change that was made here, exactly, or say that the rights moved on."""
    form = BackForm(request.POST)
    if not form.is_valid():
        raise Http404
    if form.together:
        said = texts.allowed_again(rights.put_back_together(access, form.together))
    elif form.number:
        change = rights.put_back(access, of_event(access, form.number), form.number)
        said = undone(*change.about, allowed=change.ends_allowed, stays_listed=change.stays_listed)
    else:
        raise Http404
    messages.success(request, said)
    return redirect(address(access) + query_of(request))


def query_of(request: AuthenticatedRequest) -> str:
    """Return the filter that the page had, with its question mark."""
    text = request.GET.urlencode()
    return f"?{text}" if text else ""
