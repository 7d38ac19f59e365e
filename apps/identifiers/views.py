"""Addresses of API identifiers: read the form, call a service, answer."""

from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from apps.accounts.reauthentication import strongest_again
from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.reads import grantors
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, question_window
from apps.core.paging import Page
from apps.core.refusals import Refused
from apps.identifiers import reads, services, tasks, texts
from apps.identifiers.forms import (
    AboutForm,
    CreateForm,
    DetailsForm,
    OverviewForm,
    OwnForm,
    ReplaceForm,
)
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.page import (
    Button,
    IdentifiersPage,
    Revealed,
    Row,
    Rows,
    hand_over,
    rows_of,
)
from apps.identifiers.rules import Purpose, Refusal
from apps.identifiers.services import Wanted
from apps.resources.keys import FOUND
from apps.resources.models import Integration
from apps.security.rules import Verb
from apps.security.services import record

PAGE_SIZE = 50
API, EXCEL = "api_identifiers", "excel_identifiers"
"""The names of the two pages that list identifiers."""
EDIT = "identifiers/edit.html"
REPLACE = "identifiers/replace.html"
DEACTIVATE = "identifiers/deactivate.html"
HEADINGS = {EDIT: texts.EDIT, REPLACE: texts.REPLACE, DEACTIVATE: texts.DEACTIVATE}
TEMPLATES = {API: "identifiers/list.html", EXCEL: "identifiers/excel.html"}


def list_of(identifier: ApiIdentifier) -> str:
    """Return the name of the page that an identifier belongs to."""
    return EXCEL if identifier.is_excel else API


def to_list(access: CompanyAccess, **_parts: object) -> str:
    """Return the address of the list, to which whoever opens that of a change is led."""
    return reverse(API, args=[access.company.business_id])


def known(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str
) -> Integration | None:
    """Return an integration, if the person may know of it."""
    return reads.integration(access, public_id, request.session.get(FOUND, ()))


def show_list(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    name: str,
    revealed: Revealed | None = None,
    about: AboutForm | None = None,
) -> HttpResponse:
    """Answer one of the lists, at most one Key in it; 422 when its filter has a mistake."""
    own, overview = OwnForm(request.GET), OverviewForm(request.GET)
    mine = reads.mine(access, excel_only=name == EXCEL)
    found = own.page_with(mine, PAGE_SIZE, revealed and revealed[0])
    page = IdentifiersPage(
        name=name,
        own=rows_of(found, access, revealed),
        here=here(access, overview) if name == API else None,
        button=button(request, access, own),
        hand_over=hand_over(found, access),
        grantors=[] if access.may_create_identifiers else grantors(access),
    )
    context = {"page": page, "own": own, "form": overview}
    context["about"] = about or question(access, page, found)
    status = max(own.status, overview.status)
    return TemplateResponse(request, TEMPLATES[name], context, status=status)


def question(
    access: CompanyAccess, page: IdentifiersPage, found: Page[ApiIdentifier]
) -> AboutForm | None:
    """Return the question what the new one is for, until somebody has told."""
    if page.hand_over is None or not page.hand_over.asks:
        return None
    return about_form(access, found.rows[0])


def about_form(
    access: CompanyAccess, identifier: ApiIdentifier, data: QueryDict | None = None
) -> AboutForm:
    """Return the form that says what an identifier is for."""
    return AboutForm(data, identifier=identifier, known=reads.integrations(access))


def here(access: CompanyAccess, form: OverviewForm) -> Rows | None:
    """Return those of all members, for KH and TPK alone."""
    if not access.oversees_identifiers:
        return None
    found = reads.of_members(access, text=form.text, shown=form.shown)
    return rows_of(form.page(found, PAGE_SIZE), access)


def button(request: AuthenticatedRequest, access: CompanyAccess, form: OwnForm) -> Button | None:
    """Return the button that makes one, for what the address asks for; for those who may."""
    if not access.may_create_identifiers:
        return None
    return Button.of(form.asked, known(request, access, form.asked.get("integration", "")))


def changed(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int, key: str = ""
) -> HttpResponse:
    """Answer the row of one's own identifier as it is now, and what was said of it."""
    one, now = reads.own_here(access, pk), timezone.now()
    context = {"row": Row.of(one, access, now, key=key)}
    return TemplateResponse(request, "identifiers/_changed.html", context)


def back_to(access: CompanyAccess, identifier: ApiIdentifier) -> HttpResponse:
    """Lead back to the row of one's own identifier: the next Tab goes on from there."""
    place, row = [access.company.business_id], f"i-{identifier.pk}"
    return redirect(reverse(list_of(identifier), args=place, fragment=row))


def answer(
    request: AuthenticatedRequest, access: CompanyAccess, identifier: ApiIdentifier, said: Promise
) -> HttpResponse:
    """Say what was done to one's own identifier: in place, or back on the list."""
    messages.success(request, said % {"user_id": identifier.user_id})
    if request.htmx:
        return changed(request, access, identifier.pk)
    return back_to(access, identifier)


def ask(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    template: str,
    identifier: ApiIdentifier,
    form: Form,
) -> HttpResponse:
    """Ask in a window; of what was sent with a mistake htmx gets the form alone, and 422."""
    heading = HEADINGS[template] % {"user_id": identifier.user_id}
    context = {"identifier": identifier, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and request.htmx:
        return TemplateResponse(request, f"{template}#form", context, status=status)
    response = question_window(request, template, heading, to_list(access), **context)
    response.status_code = status
    return response


def refuse(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Refusal, pk: int
) -> HttpResponse:
    """Say why nothing was done, on the row or the list as it is now."""
    identifier = reads.own(access, pk)
    messages.error(request, texts.REFUSED[reason] % {"user_id": identifier.user_id})
    if request.htmx:
        return changed(request, access, pk)
    return show_list(request, access, list_of(identifier))


def refuse_on_list(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    reason: Refusal,
    page: str = API,
    **_parts: object,
) -> HttpResponse:
    """Say on a list why nothing was done."""
    messages.error(request, str(texts.REFUSED[reason]))
    return redirect(page, access.company.business_id)


def refuse_replacing(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Refusal, pk: int
) -> HttpResponse:
    """Say why there is no successor; a time that is past is said where it was typed."""
    if reason is not Refusal.PAST:
        return refuse(request, access, reason, pk)
    form = ReplaceForm(request.POST)
    form.add_error("own", texts.REFUSED[reason])
    return ask(request, access, REPLACE, reads.own(access, pk), form)


@company_view(Capability.ENTER)
def identifiers(request: AuthenticatedRequest, access: CompanyAccess, page: str) -> HttpResponse:
    """List one's own identifiers, and for KH and TPK those that work in the company."""
    return show_list(request, access, page)


@company_change(Capability.CREATE_IDENTIFIERS, refused=refuse_on_list, back=to_list)
def create_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, page: str
) -> HttpResponse:
    """Make one in one press, from the page of Excel identifiers one of those: it lasts 8 hours."""
    form = CreateForm(request.POST)
    if not form.is_valid():
        raise Refused(Refusal.PRESSED_BEFORE)
    sent = form.cleaned_data
    purpose = Purpose.EXCEL if page == EXCEL else sent["purpose"] or Purpose.API
    wanted = Wanted(purpose, sent["note"], known(request, access, sent["integration"]))
    made = services.create(access, wanted, once=sent["once"])
    messages.success(request, texts.CREATED % {"user_id": made.user_id})
    return redirect(page, access.company.business_id)  # above its row stands what it is for


@company_view(Capability.ENTER)
def api_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Answer one's own row as it is, its Key hidden; without script the list that has it."""
    if request.htmx:
        return changed(request, access, pk)
    return back_to(access, reads.own(access, pk))


@company_change(Capability.ENTER, refused=refuse, back=to_list)
@strongest_again
def show_key(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Show the Key of one's own identifier, once."""
    identifier, key = services.reveal(access, pk, verb="identifier:show")
    record(request, Verb.KEY_SHOWN, access.user, access=access, about=identifier.user_id)
    if request.htmx:
        return changed(request, access, pk, key)
    return show_list(request, access, list_of(identifier), (pk, key))


@company_change(Capability.ENTER, refused=refuse, back=to_list)
@strongest_again
def copy_key(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Answer the Key alone, for the clipboard."""
    identifier, key = services.reveal(access, pk, verb="identifier:copy")
    record(request, Verb.KEY_COPIED, access.user, access=access, about=identifier.user_id)
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


@company_change(Capability.ENTER, refused=refuse, back=to_list)
def describe_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Say what a new one is for, in the notice that asks."""
    form = about_form(access, reads.own(access, pk), request.POST)
    if not form.is_valid():
        response = show_list(request, access, API, about=form)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    saved = services.edit(access, pk, **form.cleaned_data)
    return answer(request, access, saved, texts.SAVED)


@company_change(Capability.ENTER, refused=refuse)
def edit_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Change the note, purpose, integration and validity: in a window, or on a page."""
    identifier, offered = reads.own(access, pk), reads.integrations(access)
    services.check_open(identifier)
    form = DetailsForm(request.POST or None, identifier=identifier, known=offered)
    if form.is_valid():
        saved = services.edit(access, pk, **form.cleaned_data)
        return closing(answer(request, access, saved, texts.SAVED))
    return ask(request, access, EDIT, identifier, form)


def closing(response: HttpResponse) -> HttpResponse:
    """Let what a window asked for take the window away."""
    return retarget(reswap(response, "innerHTML"), "#window")


@company_change(Capability.ENTER, refused=refuse, back=to_list)
def pause_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Stop one's own identifier everywhere until it is resumed."""
    return answer(request, access, services.pause(access, pk), texts.PAUSED)


@company_change(Capability.ENTER, refused=refuse, back=to_list)
def resume_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Let it work again."""
    return answer(request, access, services.resume(access, pk), texts.RESUMED)


@company_change(Capability.CREATE_IDENTIFIERS, refused=refuse_replacing)
def replace_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Make a successor for the same purpose, and let the old one end."""
    identifier, form = reads.own(access, pk), ReplaceForm(request.POST or None)
    if form.is_valid():
        made = services.replace(access, pk, **form.cleaned_data)
        said = texts.REPLACED_NOW if form.ends_now else texts.REPLACED
        messages.success(request, said % {"user_id": made.user_id, "old": identifier.user_id})
        return to_successor(request, access, made)
    if not form.is_bound:
        services.check_replaceable(identifier)
    return ask(request, access, REPLACE, identifier, form)


def to_successor(
    request: AuthenticatedRequest, access: CompanyAccess, made: ApiIdentifier
) -> HttpResponse:
    """Lead to the one that was made."""
    if request.htmx:  # without a fragment: the list itself may be what is open
        return HttpResponseClientRedirect(reverse(list_of(made), args=[access.company.business_id]))
    return back_to(access, made)


@company_change(Capability.OVERSEE_IDENTIFIERS, refused=refuse_on_list, back=to_list)
def allow_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Take that back and tell the owner."""
    identifier, news = services.allow(access, pk)
    if news:
        tasks.tell_owner.enqueue(pk, access.company.pk, access.user.pk, stopped=False)
    said = texts.ALLOWED if news else texts.IS_SO
    return overseen(request, access, identifier, said % {"user_id": identifier.user_id})


def overseen(
    request: AuthenticatedRequest, access: CompanyAccess, identifier: ApiIdentifier, said: str
) -> HttpResponse:
    """Say what was done to somebody's identifier, on the same part of the list."""
    messages.success(request, said)
    place, row = [access.company.business_id], f"o-{identifier.pk}"
    asked = OverviewForm(request.POST).asked
    return redirect(reverse(API, args=place, query=asked, fragment=row))
