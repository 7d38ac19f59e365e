"""Addresses of bulk rights: put together, check, run, put back."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django_htmx.http import reswap, retarget

from apps.bulk import reads, services, tasks, texts
from apps.bulk.forms import BackForm, CompaniesForm, WishForm
from apps.bulk.models import BulkChange
from apps.bulk.page import ChangePage, ChoosePage, PreviewPage, cells
from apps.bulk.rules import Stage
from apps.clients.reads import Clients
from apps.companies.access import OfficeAccess, office_change, office_view
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.core.refusals import Reason
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.keys import FOUND

KEPT = {*WishForm.base_fields, *CompaniesForm.base_fields}
"""The fields that are gone back to."""


def refuse_draft(
    request: AuthenticatedRequest, access: OfficeAccess, reason: Reason
) -> HttpResponse:
    """Say above the companies why no draft was made."""
    return choose(request, access, *forms_of(request, access), complaint=texts.REFUSED[reason])


@office_change(refused=refuse_draft)
def bulk(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Put a bulk change together; "Preview" stores it as a draft and leads to it."""
    clients, wish, form = forms_of(request, access)
    if wish.is_bound:
        picked = form.picked()
        if wish.is_valid() and form.is_valid():
            chosen = reads.chosen(clients.found(form.asked), picked)
            wanted = wish.wish(clients.keys_found)
            change = services.draft(access, *chosen, **wanted, sent=kept(request.POST))
            return redirect("bulk_change", change.pk)
    return choose(request, access, clients, wish, form)


def choose(
    request: AuthenticatedRequest,
    access: OfficeAccess,
    clients: Clients,
    wish: WishForm,
    form: CompaniesForm,
    complaint: str | Promise = "",
) -> HttpResponse:
    """Answer the page where a bulk change is put together; no company is found by a mistake."""
    found = clients.found(form.asked) if form.is_valid() else access.companies.none()
    ids = form.asked["ids"] if form.is_valid() else []
    candidates = reads.candidates(access, found, form.unticked, ids)
    page = ChoosePage.of(wish, form, candidates, reads.last(access), complaint)
    status = 422 if form.errors or wish.errors else 200
    return TemplateResponse(request, "bulk/choose.html", {"page": page}, status=status)


def forms_of(
    request: AuthenticatedRequest, access: OfficeAccess
) -> tuple[Clients, WishForm, CompaniesForm]:
    """Return the client companies and the forms about them, as they were sent."""
    sent = request.POST if request.method == "POST" else asked(request, access)
    previewing = request.method == "POST" and "preview" in sent
    clients = Clients(access, keys_found=request.session.get(FOUND, ()))
    wish = WishForm(
        sent,
        previewing=previewing,
        catalogue=clients.catalogue,
        integrations=clients.integrations,
        example=reads.example(access, sent.get("like", "")) if previewing else None,
    )
    return clients, wish, CompaniesForm(sent, integrations=clients.integrations)


def kept(sent: QueryDict) -> dict[str, list[str]]:
    """Return what a draft remembers of the form that made it; no database keeps a NUL."""
    return {
        name: [text for text in sent.getlist(name) if "\x00" not in text]
        for name in sent
        if name in KEPT
    }


def asked(request: AuthenticatedRequest, access: OfficeAccess) -> QueryDict:
    """Return what the address asks for: a filter, or a draft to go back to."""
    form = BackForm(request.GET)
    if not (form.is_valid() and form.cleaned_data["draft"]):
        return request.GET
    draft = reads.own(access, form.cleaned_data["draft"])
    return QueryDict(urlencode(draft.sent, doseq=True))


@office_view
def bulk_change(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Show a draft to be checked, or how far a change is, or what became of it."""
    mine, catalogue = reads.own(access, change), resources.catalogue()
    if mine.stage is Stage.DRAFT:
        checked = reads.check(access, mine, catalogue)
        page = PreviewPage.of(mine, checked, catalogue)
        return TemplateResponse(request, "bulk/preview.html", {"page": page})
    started = change_page(access, mine, catalogue)
    return TemplateResponse(request, "bulk/change.html", {"page": started})


def change_page(access: OfficeAccess, change: BulkChange, catalogue: Catalogue) -> ChangePage:
    """Return how far a change is."""
    items, back = reads.named(access, change), reads.put_back_by(access, change)
    return ChangePage.of(change, items, back, catalogue)


def page_of(_access: OfficeAccess, change: UUID) -> str:
    """Return the address of the page that all that is done to a change belongs to."""
    return reverse("bulk_change", args=[change])


@office_change(back=page_of)
def start_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Start a draft that was checked."""
    return run(access, change, services.start)


@office_change(back=page_of)
def resume_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Run what is left, and try again where it was refused."""
    return run(access, change, services.go_on)


def run(access: OfficeAccess, change: UUID, begin: Callable[[BulkChange], bool]) -> HttpResponse:
    """Begin with a change, and go on with it in the background."""
    if begin(reads.own(access, change)):
        transaction.on_commit(partial(tasks.in_background, change))
    return redirect("bulk_change", change)


@office_change(back=page_of)
def step_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Go on with a change unless somebody does, and say how far it is."""
    reads.own(access, change)
    services.advance(change)
    if not request.htmx:
        return redirect("bulk_change", change)
    page = change_page(access, reads.own(access, change), resources.catalogue())
    if page.running:
        return TemplateResponse(request, "bulk/change.html#progress", {"page": page})
    context = {"page": page, "oob": True}
    whole = TemplateResponse(request, "bulk/change.html#whole", context)
    return reswap(retarget(whole, "#change"), "outerHTML")


@office_change(back=page_of)
def stop_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Let no further company be changed."""
    services.stop(reads.own(access, change))
    return redirect("bulk_change", change)


def refuse_to_put_back(
    request: AuthenticatedRequest, _access: OfficeAccess, reason: Reason, change: UUID
) -> HttpResponse:
    """Say on the page of a change why it is not put back."""
    messages.warning(request, str(texts.REFUSED[reason]))
    return redirect("bulk_change", change)


@office_change(refused=refuse_to_put_back, back=page_of)
def put_back_bulk(
    request: AuthenticatedRequest, access: OfficeAccess, change: UUID
) -> HttpResponse:
    """Draft the change that puts this one back; like any draft it is checked before it runs."""
    back = services.put_back(access, reads.own(access, change))
    return redirect("bulk_change", back.pk)


@office_view
def bulk_csv(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Answer every company of a change with what became of it."""
    items = reads.items(access, reads.own(access, change))
    return csv_answer(f"bulk-{change}.csv", texts.columns(), map(cells, items))
