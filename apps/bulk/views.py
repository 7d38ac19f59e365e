"""Addresses of bulk rights: put together, check, run, put back."""

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap, retarget

from apps.bulk import runner, services, texts
from apps.bulk.chooser import Chooser
from apps.bulk.forms import BackForm, CompaniesForm, WishForm
from apps.bulk.models import BulkChange
from apps.bulk.pages import BulkPage
from apps.bulk.rules import Stage, State
from apps.clients.queries import Clients
from apps.companies.access import OfficeAccess, OfficeView, office_view
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.resources.catalogue import Catalogue
from apps.resources.keys import FOUND

KEPT = {*WishForm.base_fields, *CompaniesForm.base_fields}
"""The fields that are gone back to."""


@office_view
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Put a bulk change together; "Preview" stores it as a draft and leads to it."""
    page = chooser(request, access)
    if page.ready:
        sent = kept(request.POST)
        change = services.draft(access, page.chosen, page.unticked, **page.wish.wish, sent=sent)
        return redirect("bulk_change", change.pk)
    status = 422 if page.wrong else 200
    return render(request, "bulk/choose.html", {"page": page}, status=status)


def kept(sent: QueryDict) -> dict[str, list[str]]:
    """Return what a draft remembers of the form that made it; no database keeps a NUL."""
    return {
        name: [text for text in sent.getlist(name) if "\x00" not in text]
        for name in sent
        if name in KEPT
    }


def chooser(request: AuthenticatedRequest, access: OfficeAccess) -> Chooser:
    """Return the page as it was sent; what was typed is complained about by "Preview" alone."""
    sent = request.POST if request.method == "POST" else asked(request, access)
    previewing = request.method == "POST" and "preview" in sent
    clients = Clients(access, keys_found=request.session.get(FOUND, ()))
    typed = {name: sent.getlist(name) if name == "code" else sent[name] for name in sent}
    wish = WishForm(sent if previewing else None, clients=clients, initial=typed)
    companies = CompaniesForm(sent, integrations=clients.integrations)
    return Chooser(clients, wish, companies, previewing)


def asked(request: AuthenticatedRequest, access: OfficeAccess) -> QueryDict:
    """Return what the address asks for: a filter, or a draft to go back to."""
    form = BackForm(request.GET)
    if not (form.is_valid() and form.cleaned_data["draft"]):
        return request.GET
    draft = own(access, form.cleaned_data["draft"])
    return QueryDict(urlencode(draft.sent, doseq=True))


def own(access: OfficeAccess, change: UUID) -> BulkChange:
    """Return one of the person's own bulk changes; Http404 for others'."""
    found = BulkChange.objects.visible_to(access.user).select_related("by").filter(pk=change)
    if mine := found.first():
        return mine
    raise Http404


@office_view
@require_safe
def bulk_change(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Show a draft to be checked, or how far a change is, or what became of it."""
    page = BulkPage(access, own(access, change), Catalogue.load())
    template = "preview" if page.stage is Stage.DRAFT else "change"
    return render(request, f"bulk/{template}.html", {"page": page})


def only_posts(view: OfficeView[[UUID]]) -> OfficeView[[UUID]]:
    """Lead somebody who opens the address of a change to the page that it belongs to."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
        if request.method != "POST":
            return redirect("bulk_change", change)
        return view(request, access, change)

    return guarded


@office_view
@only_posts
def start_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Start a draft that was checked."""
    if services.start(own(access, change)):
        runner.in_background(change)
    return redirect("bulk_change", change)


@office_view
@only_posts
def step_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Go on with a change unless somebody does, and say how far it is."""
    own(access, change)
    services.advance(change)
    page = BulkPage(access, own(access, change), Catalogue.load())
    if not request.htmx:
        return redirect("bulk_change", change)
    if page.stage is Stage.RUNNING:
        return render(request, "bulk/change.html#progress", {"page": page})
    context = {"page": page, "oob": True}
    whole = render(request, "bulk/change.html#whole", context)
    return reswap(retarget(whole, "#change"), "outerHTML")


@office_view
@only_posts
def stop_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Let no further company be changed."""
    services.stop(own(access, change))
    return redirect("bulk_change", change)


@office_view
@only_posts
def resume_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Run what is left, and try again where it was refused."""
    if services.go_on(own(access, change)):
        runner.in_background(change)
    return redirect("bulk_change", change)


@office_view
@only_posts
def put_back_bulk(
    request: AuthenticatedRequest, access: OfficeAccess, change: UUID
) -> HttpResponse:
    """Draft the change that puts this one back; like any draft it is checked before it runs."""
    past = own(access, change)
    if not past.items.filter(state=State.DONE).exists():
        messages.warning(request, _("It changed no company, so there is nothing to put back."))
        return redirect("bulk_change", change)
    return redirect("bulk_change", services.put_back(access, past).pk)


@office_view
@require_safe
def bulk_csv(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Answer every company of a change with what became of it."""
    items = own(access, change).items.filter(company__in=access.companies.values("pk"))
    heads = [_("Company"), _("Business ID"), _("Result"), _("Reason")]
    return csv_answer(
        f"bulk-{change}.csv", heads, (texts.line(item) for item in items.select_related("company"))
    )
