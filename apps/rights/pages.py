"""What the views of the rights page share: loading it, showing it, answering a change."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.functional import Promise

from apps.companies.access import CompanyAccess, posts_only
from apps.core.http import AuthenticatedRequest
from apps.core.kept_answer import TOKEN, KeptAnswer
from apps.resources.board import Target
from apps.resources.keys import FOUND
from apps.resources.models import Integration
from apps.resources.rules import NOTHING, ResourceSet
from apps.rights import texts
from apps.rights.addresses import PublicId, address
from apps.rights.filters import Filter
from apps.rights.forms import AccessKeyForm, FilterForm, SearchForm, filter_sent
from apps.rights.kept import kept_whole
from apps.rights.opening import opened
from apps.rights.panels import RightsPage
from apps.rights.services import Change

CONFLICT = HTTPStatus.CONFLICT


def target_of(request: HttpRequest, public_id: str | None) -> Target:
    """Return whose rights an address means, for this session."""
    return Target(public_id, request.session.get(FOUND, ()))


def load_page(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    unfolded: list[str] | None = None,
    looked_for: Filter | None = None,
) -> RightsPage:
    """Read the rights of the company; Http404 for an integration that it may not know of."""
    board, working = opened(access)
    try:
        integration = target_of(request, public_id).pick(access, board)
    except Integration.DoesNotExist:
        raise Http404 from None
    looked_for = looked_for or Filter()
    return RightsPage(access, board, integration, unfolded or [], looked_for, working=working)


def show(
    request: AuthenticatedRequest,
    page: RightsPage,
    *,
    search: SearchForm | None = None,
    key_form: AccessKeyForm | None = None,
    filter_form: FilterForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer the whole page; 422 when something that was looked for has a mistake."""
    search, filter_form = search or SearchForm({}), filter_form or FilterForm({})
    if not (search.is_valid() and filter_form.is_valid()):
        status = 422
    context = context_of(page, search, key_form or AccessKeyForm(), filter_form)
    return render(request, "rights/rights.html", context, status=status)


def context_of(
    page: RightsPage, search: SearchForm, key_form: AccessKeyForm, filter_form: FilterForm
) -> dict[str, Any]:
    """Return all that the whole page is made of."""
    return {
        "page": page,
        "key_form": key_form,
        "search": search,
        "matches": search.matches(page.access),
        "filter_form": filter_form,
    }


def show_at_rest(request: AuthenticatedRequest, page: RightsPage) -> HttpResponse:
    """Answer the whole page when nothing is looked for: kept while nothing that it shows changes.

    Not kept are a page with a message on it, and a reader's: it names who can grant more.
    """
    if messages.get_messages(request) or not page.editable:
        return show(request, page)
    facts = (*page.access.shown, page.public_id, page.board.mark, page.working)

    def make() -> KeptAnswer:
        context = context_of(page, SearchForm({}), AccessKeyForm(), FilterForm({}))
        context["csrf_token"] = TOKEN
        return KeptAnswer.of(render_to_string("rights/rights.html", context, request))

    return kept_whole("page", page.board.catalogue.reading, facts, make).answer(request)


def refuse(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    why: str | Promise,
    *,
    status: int,
) -> HttpResponse:
    """Say in the status region why nothing was changed, on the page as it is now."""
    page = load_page(request, access, public_id, looked_for=filter_sent(request.POST).filter)
    if request.htmx:
        message = Message(messages.ERROR, str(why))
        return render_change(page, NOTHING, message, stale=status == CONFLICT, status=status)
    messages.error(request, str(why))
    return show(request, page, status=status)


def answer_change(
    request: AuthenticatedRequest, access: CompanyAccess, change: Change, said: str
) -> HttpResponse:
    """Say what a change did and offer to undo it: in place, or back on the page.

    Rows that were changed while a filter is in use stay until the filter changes. A page that
    did not know of somebody else's change gets everything anew, and is told so.
    """
    stale = request.POST.get("seen", "") not in ("", change.before.mark)
    if stale:
        said = f"{said} {texts.SOMEBODY_ELSE}"
    undo = str(change.event_id) if change.changed else ""
    sent = filter_sent(request.POST)
    looked_for = sent.filter.keeping(change.within & sent.rows)
    page = RightsPage(
        access,
        change.board,
        change.integration,
        filter=looked_for,
        newly_listed=change.newly_listed,
    )
    if request.htmx:
        message = Message(messages.SUCCESS, said, extra_tags=undo)
        return render_change(page, change.within, message, change, stale=stale)
    messages.success(request, said, extra_tags=undo)
    return redirect(page.url + query_of(looked_for) + page.anchor(change.within))


def render_change(
    page: RightsPage,
    within: ResourceSet,
    message: Message,
    change: Change | None = None,
    *,
    stale: bool,
    status: int = 200,
) -> HttpResponse:
    """Answer out of band what a change altered; of a stale page, everything."""
    everything = stale or page.newly_listed
    context = {
        "page": page,
        "access": page.access,
        "messages": [message],
        "parts": page.changed(page.shown if stale else within, bar=not everything),
        "everything": everything,
        "traffic_changed": stale or (change is not None and change.opened_or_closed),
    }
    return HttpResponse(render_to_string("rights/_change.html", context), status=status)


def query_of(looked_for: Filter) -> str:
    """Return the part of an address that holds a filter, with its question mark."""
    if not looked_for.active:
        return ""
    kept = {"keep": looked_for.keep.hex} if looked_for.keep else {}
    return "?" + urlencode({"find": looked_for.find, "show": looked_for.show.value, **kept})


def public_id_of(data: QueryDict) -> str | None:
    """Return the integration that a form names, or none; Http404 for nonsense."""
    public_id = data.get("integration", "")
    if public_id and not re.fullmatch(PublicId.regex, public_id):
        raise Http404
    return public_id or None


only_posts = posts_only(
    lambda access, public_id=None: address(access, "rights", public_id),
)
