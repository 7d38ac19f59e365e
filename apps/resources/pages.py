"""What the views of the rights page share: loading it, showing it, refusing on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from apps.companies.access import CompanyAccess
from apps.core.http import AuthenticatedRequest
from apps.resources.board import Board, Target
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.forms import AccessKeyForm, SearchForm
from apps.resources.models import Integration
from apps.resources.panels import RightsPage

FOUND = "found_integrations"
"""Where a session keeps the public ids of the custom integrations that it found by their key."""


def target_of(request: HttpRequest, public_id: str | None) -> Target:
    """Return whose rights an address means, for this session."""
    return Target(public_id, request.session.get(FOUND, ()))


def load_page(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    opened: list[str] | None = None,
) -> RightsPage:
    """Read the rights of the company; Http404 for an integration that it may not know of."""
    board = Board.load(access, Catalogue.load())
    try:
        integration = target_of(request, public_id).pick(access, board)
    except Integration.DoesNotExist:
        raise Http404 from None
    return RightsPage(access, board, integration, opened or [])


def show(
    request: AuthenticatedRequest,
    page: RightsPage,
    *,
    search: SearchForm | None = None,
    key_form: AccessKeyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer the whole page."""
    search = search or SearchForm({})
    context = {"page": page, "search": search, "key_form": key_form or AccessKeyForm()}
    if not search.is_valid():
        status = 422
    return render(request, "resources/rights.html", context, status=status)


def refuse(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    public_id: str | None,
    why: str | Promise,
    *,
    status: int,
) -> HttpResponse:
    """Say in the status region why nothing was changed, on the page as it is now."""
    messages.error(request, str(why))
    if request.htmx:
        return render(request, "resources/_status.html", {"oob": True}, status=status)
    return show(request, load_page(request, access, public_id), status=status)


def window(request: AuthenticatedRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer an info window: a dialog for htmx, else a page with the same content."""
    return render(request, f"{template}#window" if request.htmx else template, context)
