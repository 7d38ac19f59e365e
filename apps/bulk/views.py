"""Addresses of bulk rights: put together, check, run, put back."""

from collections.abc import Callable, Mapping
from functools import wraps
from itertools import chain
from typing import NamedTuple, ParamSpec, cast
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
from apps.bulk.forms import REASON_LENGTH, BackForm, CompaniesForm, PutBackForm, WishForm
from apps.bulk.models import BulkChange
from apps.bulk.page import ChangePage, ChoosePage, PreviewPage, cells
from apps.bulk.rules import Stage
from apps.clients.reads import Clients
from apps.companies.access import OfficeAccess, office_change, office_view
from apps.core.csv import csv_answer
from apps.core.http import AuthenticatedRequest
from apps.core.paging import blocks
from apps.core.refusals import Reason
from apps.resources import reads as resources
from apps.resources.keys import FOUND
from apps.security.services import exported

P = ParamSpec("P")
KEPT = {*WishForm.base_fields, *CompaniesForm.base_fields}
"""The fields that are gone back to."""
CHOSEN = "bulk_choice"
"""Where a session keeps what was chosen last."""
PREVIEW = "preview"
"""The name of the button that makes a draft."""


class Asked(NamedTuple):
    """What somebody puts together: the client companies, and the forms as they were sent."""

    clients: Clients
    wish: WishForm
    companies: CompaniesForm
    resumes: bool = False


def or_gone(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Say why there may be no such bulk change: drafts that nobody starts are deleted."""

    @wraps(view)
    def found(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except BulkChange.DoesNotExist:
            return TemplateResponse(
                cast(AuthenticatedRequest, args[0]), "bulk/gone.html", status=404
            )

    return found


def refuse_draft(
    request: AuthenticatedRequest, access: OfficeAccess, reason: Reason
) -> HttpResponse:
    """Say above the companies why no draft was made."""
    sent = forms_of(request, access, request.POST)
    return choose(request, access, sent, complaint=texts.REFUSED[reason])


@office_change(refused=refuse_draft)
@or_gone
def bulk(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Put a bulk change together: what was sent is kept, so that "Back" finds it again."""
    if request.method == "POST":
        return chosen(request, access)
    sent, resumes = asked(request, access)
    return choose(request, access, forms_of(request, access, sent)._replace(resumes=resumes))


def chosen(request: AuthenticatedRequest, access: OfficeAccess) -> HttpResponse:
    """Store what was chosen as a draft and lead to it; a search alone shows what it finds."""
    request.session[CHOSEN] = {"sent": kept(request.POST), "previewed": PREVIEW in request.POST}
    if PREVIEW not in request.POST and not request.htmx:
        return redirect(reverse("bulk") + "#h-where")
    clients, wish, form, _resumes = sent = forms_of(request, access, request.POST)
    if wish.is_bound:
        picked = form.picked()
        if wish.is_valid() and form.is_valid():
            found = reads.chosen(access, clients.found(form.asked), picked)
            wanted = wish.wish(clients.keys_found)
            change = services.draft(access, *found, **wanted, sent=kept(request.POST))
            return redirect("bulk_change", change.pk)
    return choose(request, access, sent)


def choose(
    request: AuthenticatedRequest, access: OfficeAccess, sent: Asked, complaint: str | Promise = ""
) -> HttpResponse:
    """Answer the page where a bulk change is put together; no company is found by a mistake."""
    form, wish = sent.companies, sent.wish
    found = sent.clients.found(form.asked) if form.is_valid() else access.companies.none()
    named = form.asked["ids"] if form.is_valid() else []
    candidates, last = reads.candidates(access, found, form, named), reads.last(access)
    page = ChoosePage.of(wish, form, candidates, last, complaint, resumes=sent.resumes)
    status = 422 if form.errors or wish.errors else 200
    return TemplateResponse(request, "bulk/choose.html", {"page": page}, status=status)


def forms_of(request: AuthenticatedRequest, access: OfficeAccess, sent: QueryDict) -> Asked:
    """Return the client companies and the forms about them."""
    previewing = request.method == "POST" and PREVIEW in sent
    clients = Clients(access, keys_found=request.session.get(FOUND, ()))
    wish = WishForm(
        sent,
        previewing=previewing,
        catalogue=clients.catalogue,
        integrations=clients.integrations,
        example=reads.example(access, sent.get("like", "")) if previewing else None,
    )
    return Asked(clients, wish, CompaniesForm(sent, integrations=clients.integrations))


def asked(request: AuthenticatedRequest, access: OfficeAccess) -> tuple[QueryDict, bool]:
    """Return what the address asks for, and whether it was previewed before.

    That is a filter, a draft to go back to, or what was chosen last and not started since.
    """
    form = BackForm(request.GET)
    if form.is_valid() and form.cleaned_data["draft"]:
        return typed(reads.own(access, form.cleaned_data["draft"]).sent), True
    if request.GET:
        request.session.pop(CHOSEN, None)
        return request.GET, False
    before = request.session.get(CHOSEN, {"sent": {}, "previewed": False})
    return typed(before["sent"]), before["previewed"]


def typed(sent: Mapping[str, list[str]]) -> QueryDict:
    """Return what was kept of a form as it was sent."""
    return QueryDict(urlencode(sent, doseq=True))


def kept(sent: QueryDict) -> dict[str, list[str]]:
    """Return what a draft remembers of the form that made it; no database keeps a NUL."""
    return {
        name: [text for text in sent.getlist(name) if "\x00" not in text]
        for name in sent
        if name in KEPT
    }


@office_view
@or_gone
def bulk_change(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Show a draft to be checked, or how far a change is, or what became of it."""
    mine, catalogue = reads.own_with_catalogue(access, change)
    if mine.stage is not Stage.DRAFT:
        return show_change(request, access, mine)
    checked = reads.check(access, mine, catalogue)
    refused = reads.would_refuse(access, mine, checked, catalogue)
    page = PreviewPage.of(mine, checked, catalogue, reads.unknown(access, pasted(mine)), refused)
    return TemplateResponse(request, "bulk/preview.html", {"page": page})


def pasted(draft: BulkChange) -> list[str]:
    """Return the business ids and names that were pasted for a draft."""
    form = CompaniesForm(typed(draft.sent))
    return form.cleaned_data["ids"] if form.is_valid() else []


def show_change(
    request: AuthenticatedRequest,
    access: OfficeAccess,
    change: BulkChange,
    form: PutBackForm | None = None,
) -> HttpResponse:
    """Answer the page of a change that was started; 422 for a mistake in undoing it."""
    page = change_page(access, change, form)
    status = 422 if form else 200
    return TemplateResponse(request, "bulk/change.html", {"page": page}, status=status)


def change_page(
    access: OfficeAccess, change: BulkChange, form: PutBackForm | None = None
) -> ChangePage:
    """Return how far a change is."""
    items, back = reads.named(access, change), reads.put_back_by(access, change)
    proposed = PutBackForm(initial={"reason": texts.undone(change.reason, REASON_LENGTH)})
    return ChangePage.of(change, items, back, resources.catalogue(), form or proposed)


def page_of(_access: OfficeAccess, change: UUID) -> str:
    """Return the address of the page that all that is done to a change belongs to."""
    return reverse("bulk_change", args=[change])


@office_change(back=page_of)
@or_gone
def start_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Start a draft that was checked, without the companies that lose calls and were not ticked."""
    request.session.pop(CHOSEN, None)
    losing, ticked = request.POST.getlist("losing"), request.POST.getlist("company")
    services.leave_out(reads.own(access, change), {*losing} - {*ticked})
    return run(access, change, services.start)


@office_change(back=page_of)
def resume_bulk(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Run what is left, and try again where it was refused."""
    return run(access, change, services.go_on)


def run(access: OfficeAccess, change: UUID, begin: Callable[[BulkChange], bool]) -> HttpResponse:
    """Begin with a change, and leave it to a worker."""
    with transaction.atomic():
        if begin(reads.own(access, change)):
            tasks.go_on.enqueue(str(change))
    return redirect("bulk_change", change)


@office_view
def bulk_progress(
    request: AuthenticatedRequest, access: OfficeAccess, change: UUID
) -> HttpResponse:
    """Say how far a change is, within its page; once it has ended, what became of it."""
    mine = reads.own(access, change)
    if not request.htmx or mine.stage is Stage.DRAFT:
        return redirect("bulk_change", change)
    page = change_page(access, mine)
    if page.running:
        return TemplateResponse(request, "bulk/change.html#progress", {"page": page})
    context = {"page": page, "oob": True}
    whole = TemplateResponse(request, "bulk/change.html#whole", context)
    return reswap(retarget(whole, "#change"), "outerHTML")


bulk_progress.asks_by_itself = True  # type: ignore[attr-defined]


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
    mine, form = reads.own(access, change), PutBackForm(request.POST)
    if not form.is_valid():
        return show_change(request, access, mine, form)
    back = services.put_back(access, mine, form.cleaned_data["reason"])
    return redirect("bulk_change", back.pk)


@office_view
def bulk_csv(request: AuthenticatedRequest, access: OfficeAccess, change: UUID) -> HttpResponse:
    """Answer every company of a change with what became of it."""
    items = chain.from_iterable(blocks(reads.items(access, reads.own(access, change)), ["pk"]))
    exported(request, access, name := f"bulk-{change}.csv")
    return csv_answer(name, texts.columns(), map(cells, items))
