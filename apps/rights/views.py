"""The rights page, its fragments, and the changes that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django_htmx.http import HttpResponseClientRedirect, replace_url

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.reads import grantors_of_editing
from apps.companies.rules import Capability
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest, about_window, question_window
from apps.core.refusals import Reason
from apps.gateway import reads as gateway
from apps.replay import reads as replays
from apps.replay.page import WouldRefuse, in_one
from apps.resources import reads as resources
from apps.resources.keys import FOUND
from apps.resources.models import InterfaceResource
from apps.resources.rules import NOTHING, ResourceSet
from apps.rights import asides, needs, reads, services, texts
from apps.rights import page as pages
from apps.rights.asides import AboutCall, AboutResource, Picked, address
from apps.rights.forms import (
    AccessKeyForm,
    FilterForm,
    SearchForm,
    UndoForm,
    WishForm,
    public_id_of,
    target_of,
)
from apps.rights.rules import NO_FILTER, Filter, Refusal
from apps.rights.services import Change
from apps.security.services import exported


@company_view(Capability.VIEW_RIGHTS)
def rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Show the rights of the company: in general, or of one integration."""
    return show(request, access, public_id, FilterForm(request.GET), SearchForm(request.GET))


def show(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    form: FilterForm,
    search: SearchForm,
    key_form: AccessKeyForm | None = None,
) -> HttpResponse:
    """Answer the whole page; 422 when something that was looked for has a mistake."""
    picked = pick(request, access, public_id, form.filter)
    picked = replace(picked, closed_by=reads.closed_by(access, picked.board))
    page = pages.rights_page(
        picked,
        grantors=[] if picked.editable else grantors_of_editing(access),
        opened=request.GET.getlist("open"),
    )
    status = HTTPStatus.OK if form.is_valid() and search.is_valid() else BAD
    context = {"page": page, "filter": form, **search_of(picked, search, key_form)}
    return TemplateResponse(request, "rights/rights.html", context, status=status)


BAD = HTTPStatus.UNPROCESSABLE_ENTITY
OFFERED = 8
"""How many integrations a search by name offers."""


def search_of(
    picked: Picked, search: SearchForm, key_form: AccessKeyForm | None = None
) -> dict[str, Any]:
    """Return what the search for integrations shows: finished ones by name, a custom one by key."""
    found = reads.matches(picked.access, search.text, every=search.every)
    offered = found if search.every else found[:OFFERED]
    one = picked.integration
    is_custom = one is not None and one.is_custom
    return {
        "search": search,
        "said": texts.matched(len(found), len(offered)) if search.asks else "",
        "matches": asides.matches_of(picked, offered, None if is_custom else one, search.query),
        "key_form": key_form or AccessKeyForm(),
        "by_key": is_custom or key_form is not None,
        "found_by_key": asides.matches_of(picked, [], one, "") if is_custom else [],
    }


def pick(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    looked_for: Filter = NO_FILTER,
) -> Picked:
    """Read the rights of the company, and what of them is looked at.

    Raises Integration.DoesNotExist for an integration that the person may not know of.
    """
    read = reads.opened(access, public_id)
    integration = resources.target(access, read.board, target_of(request, public_id))
    return Picked(
        access,
        read.catalogue,
        read.board,
        integration,
        looked_for.knowing(read.unused(integration)),
        working=read.working,
        used=read.used,
        uses=read.uses,
    )


@company_view(Capability.VIEW_RIGHTS)
def filter_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Answer the rows that the filter finds, while it is typed; the address follows."""
    form = FilterForm(request.GET)
    picked = pick(request, access, public_id, form.filter)
    context = {
        "rows": pages.rows_of(picked),
        "bar": pages.bar_of(picked),
        "filter": form,
        "oob": True,
    }
    status = HTTPStatus.OK if form.is_valid() else BAD
    response = TemplateResponse(request, "rights/_found.html", context, status=status)
    return replace_url(response, picked.url() + form.filter.query)


@company_view(Capability.VIEW_RIGHTS)
def rights_csv(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Answer the rows that the filter finds as a file for spreadsheets."""
    picked = pick(request, access, public_id, FilterForm(request.GET).filter)
    name = f"rights-{access.company.business_id}.csv"
    exported(request, access, name)
    return csv_answer(name, texts.COLUMNS, pages.table_of(picked))


def refused(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    reason: Reason,
    public_id: str | None = None,
) -> HttpResponse:
    """Say in the status region why nothing was changed, on the page as it is now."""
    form = WishForm(request.POST)
    said = form.why if reason is Refusal.UNREADABLE else str(texts.REFUSALS[reason])
    if request.htmx:
        picked = pick(request, access, public_id, form.filter_form.filter)
        stale = reason in (Refusal.ALREADY_LISTED, Refusal.MOVED_ON)
        message = Message(messages.ERROR, said)
        return fragments(request, picked, NOTHING, message, stale=stale)
    messages.error(request, said)
    return show(request, access, public_id, FilterForm({}), SearchForm({}))


def page_of(access: CompanyAccess, public_id: str | None = None) -> str:
    """Return the page that a change belongs to."""
    return address(access, "rights", public_id)


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=page_of)
def set_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Allow or block what the pressed button stands for."""
    form = WishForm(request.POST)
    change = services.set_rights(access, target_of(request, public_id), form.wish)
    said = texts.changed(*change.about, allow=change.allows, newly_listed=change.newly_listed)
    more = ""
    if change.is_whole:
        more = needs.needs_less(change.now, change.catalogue)
    if change.blocks_several:
        more = would_have_refused(access, change)
    return changed(request, access, change, f"{said} {more}".strip())


def would_have_refused(access: CompanyAccess, change: Change) -> str:
    """Say which calls so far a change would have refused, while Undo is offered."""
    found = replays.of_rights(access, change.catalogue, change.earlier, change.board)
    return in_one(found)


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=page_of)
def undo_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Take back one change, exactly, or say that the rights moved on."""
    event = asked(UndoForm(request.POST))["event"]
    change = services.put_back(access, target_of(request, public_id), event)
    said = texts.undone(
        *change.about, allowed=change.ends_allowed, stays_listed=change.stays_listed
    )
    return changed(request, access, change, said)


def asked(form: UndoForm) -> Mapping[str, Any]:
    """Return what a form asks for that only our own buttons send; Http404 for nonsense."""
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def changed(
    request: AuthenticatedRequest, access: CompanyAccess, change: Change, said: str
) -> HttpResponse:
    """Say what a change did and offer to undo it: in place, or back on the page.

    Rows that were changed while a filter is in use stay until the filter changes. A page that
    did not know of somebody else's change gets everything anew, and is told so.
    """
    form = FilterForm(request.POST)
    stale = request.POST.get("seen", "") not in ("", change.before.mark)
    picked = picked_after(access, change, form.filter.keeping(change.within & form.rows))
    words = f"{said} {texts.CHANGED_SINCE}" if stale else said
    message = Message(messages.SUCCESS, words, str(change.event_id) if change.changed else "")
    if request.htmx:
        traffic = change.tells_traffic
        return fragments(request, picked, change.within, message, stale=stale, traffic=traffic)
    messages.success(request, words, extra_tags=message.extra_tags or "")
    place = picked.filter.query + pages.anchor(picked, change.within)
    return redirect(picked.url() + place)


def picked_after(access: CompanyAccess, change: Change, looked_for: Filter) -> Picked:
    """Return what is looked at once a change is made; nothing is read again."""
    board, integration, listed = change.board, change.integration, change.newly_listed
    return Picked(access, change.catalogue, board, integration, looked_for, newly_listed=listed)


def fragments(
    request: AuthenticatedRequest,
    picked: Picked,
    within: ResourceSet,
    message: Message,
    *,
    stale: bool,
    traffic: bool = False,
) -> HttpResponse:
    """Answer out of band what a change altered; of a stale page, everything."""
    if stale or picked.newly_listed:
        access, board = picked.access, picked.board
        closed_by = reads.closed_by(access, board)
        picked = replace(picked, used=reads.used(access, board), closed_by=closed_by)
    page = pages.changed_page(picked, within, stale=stale, traffic=traffic)
    code = request.POST.get("window", "")
    right = about(picked, code) if code else None
    context = {"page": page, "messages": [message], "right": right, "oob": True}
    return TemplateResponse(request, "rights/_changed.html", context)


def no_refusal(request: HttpRequest, access: CompanyAccess, reason: Reason) -> HttpResponse:
    """Answer a refusal that no rule of the address brings about."""
    raise AssertionError(reason)


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=page_of)
def ask_general(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Ask before all that a filter shows is allowed in the general rights."""
    form = WishForm(request.POST)
    picked = pick(request, access, None, form.filter_form.filter)
    wanted = form.wish(picked.catalogue).resources & picked.standing.usable
    page, seen = asides.ask_page(picked, wanted), request.POST.get("seen", "")
    template = "rights/ask_general.html"
    return question_window(request, template, page.asked, page.url, page=page, seen=seen)


@company_change(Capability.EDIT_RIGHTS, refused=no_refusal)
def block_traffic(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Ask whether to block API traffic; when confirmed, do it and go back to the page."""
    if request.method == "POST":
        before = services.block_traffic(access)
        messages.success(request, texts.traffic_blocked(before))
        return redirect(page_of(access, public_id_of(request.POST)) + "#h-traffic")
    picked = pick(request, access, public_id_of(request.GET))
    page = asides.block_page(access, picked.board, picked.standing)
    board = picked.board
    refuses = WouldRefuse.of(replays.of_rights(access, picked.catalogue, board, board.closed))
    template, asked = "rights/block_traffic.html", str(texts.ASKED_TRAFFIC)
    return question_window(request, template, asked, page.url, page=page, refuses=refuses)


@company_view(Capability.VIEW_RIGHTS)
def about_resource(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Explain one resource."""
    picked = pick(request, access, public_id_of(request.GET))
    page = about(picked, request.GET.get("resource", ""))
    template, resource = "rights/about_resource.html", page.resource
    back = f"{page.url}#r-{resource.position}"
    return about_window(request, template, resource.name, back, page=page, code=resource.code)


def about(picked: Picked, code: str) -> AboutResource:
    """Read what there is to know about a resource; raises InterfaceResource.DoesNotExist."""
    resource = pages.resource_of(picked, code)
    whose = picked.integration
    event = reads.decided_by(picked.access, picked.board, whose, resource.position)
    return asides.about_resource(picked, resource, event, about_call(picked, resource))


def about_call(picked: Picked, resource: InterfaceResource) -> AboutCall | None:
    """Read what would become of a call of the integration that is picked, if one is."""
    access, whose = picked.access, picked.integration
    if whose is None:
        return None
    facts = gateway.facts_of(access, whose, picked.board, resource)
    found = gateway.linked(access, whose, facts)
    return asides.about_call(access, whose, resource, facts, found)


@company_view(Capability.VIEW_RIGHTS)
def about_integration(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str
) -> HttpResponse:
    """Explain one integration: who makes it, what it does, what it needs."""
    picked = pick(request, access, public_id)
    page = asides.about_integration(picked)
    template, listed = "rights/about_integration.html", picked.standing.listed
    return about_window(request, template, page.name, page.url, page=page, listed=listed)


@company_view(Capability.VIEW_RIGHTS)
def row(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer one row of the General view, its list of integrations opened or closed."""
    picked, opened = pick(request, access, None), request.GET.getlist("open")
    code = request.GET.get("open") or request.GET.get("close", "")
    cell = pages.celling(picked, pages.looking(picked), opened)
    return TemplateResponse(
        request, "rights/_cell.html", {"cell": cell(pages.resource_of(picked, code)), "oob": True}
    )


@company_view(Capability.EDIT_RIGHTS)
def search(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer the finished integrations whose name matches, while it is typed."""
    form = SearchForm(request.GET)
    picked = pick(request, access, public_id_of(request.GET))
    context = {**search_of(picked, form), "oob": True}
    status = HTTPStatus.OK if form.is_valid() else BAD
    return TemplateResponse(request, "rights/_matches.html", context, status=status)


@company_change(Capability.EDIT_RIGHTS, refused=no_refusal, back=page_of)
def find(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Find a custom integration by its whole access key; whatever fails, fails alike."""
    form = AccessKeyForm(request.POST)
    if not ratelimit.consume(request, action="find_custom_integration"):
        return not_found(request, access, form, texts.TOO_MANY_TRIES, status=429)
    found = resources.with_access_key(form.cleaned_data["access_key"]) if form.is_valid() else None
    if found is None:
        return not_found(request, access, form, texts.NOT_FOUND, status=BAD)
    request.session[FOUND] = sorted({*request.session.get(FOUND, ()), found.public_id})
    url = page_of(access, found.public_id)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def not_found(
    request: AuthenticatedRequest, access: CompanyAccess, form: AccessKeyForm, why: Any, status: int
) -> HttpResponse:
    """Answer the key's field with its message, and what was typed."""
    if form.is_valid() or status != BAD:
        form.refuse(why)
    if request.htmx:
        return TemplateResponse(request, "rights/_find.html", {"key_form": form}, status=status)
    response = show(request, access, None, FilterForm({}), SearchForm({}), form)
    response.status_code = status
    return response
