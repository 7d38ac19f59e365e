"""Addresses of API identifiers: read the form, call a service, answer."""

from contextlib import suppress
from dataclasses import replace

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.reauthentication import password_again
from apps.companies.access import CompanyAccess, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, window
from apps.identifiers import mails, services, texts
from apps.identifiers.forms import CreateForm, DetailsForm, OverviewForm, ReplaceForm
from apps.identifiers.guards import only_posts, own_identifier
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.pages import (
    API,
    EXCEL,
    answer,
    back_to,
    companies_of,
    known,
    list_of,
    listed,
    own,
    row_of,
    show_list,
)
from apps.identifiers.rules import End, Purpose
from apps.identifiers.services import EndedError, Wanted
from apps.resources.keys import FOUND


@company_view(Capability.ENTER)
@require_safe
def api_identifiers(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List one's own identifiers, and for KH and TPK those that work in the company."""
    return show_list(request, access, API)


@company_view(Capability.ENTER)
@require_safe
def excel_identifiers(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List one's own Excel identifiers."""
    return show_list(request, access, EXCEL)


@company_view(Capability.CREATE_IDENTIFIERS)
@only_posts
def create_identifier(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Make an API identifier in one press."""
    return create(request, access, API, Wanted())


@company_view(Capability.CREATE_IDENTIFIERS)
@only_posts
def create_excel_identifier(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Make an Excel identifier, which lasts eight hours, in one press."""
    return create(request, access, EXCEL, Wanted(Purpose.EXCEL))


def create(
    request: AuthenticatedRequest, access: CompanyAccess, page: str, wanted: Wanted
) -> HttpResponse:
    """Make what one press of a button asks for, once."""
    form = CreateForm(request.POST)
    if form.is_valid():
        sent, found = form.cleaned_data, request.session.get(FOUND, ())
        integration = known(access, sent["integration"], found)
        wanted = replace(wanted, note=sent["note"], integration=integration)
        if page == API and sent["purpose"]:
            wanted = replace(wanted, purpose=Purpose(sent["purpose"]))
        with suppress(IntegrityError):
            made = services.create(access, wanted, once=sent["once"])
            return answer(request, access, made, _("%(user_id)s created."))
    messages.error(request, texts.CHANGED_MEANWHILE)
    return redirect(page, access.company.business_id)


@company_view(Capability.ENTER)
@require_safe
@own_identifier
def api_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Answer one's own row as it is, its Key hidden; without script the list that has it."""
    identifier = own(access, pk)
    if not request.htmx:
        return back_to(access, identifier)
    return render(request, "identifiers/_changed.html", {"row": row_of(access, identifier)})


@company_view(Capability.ENTER)
@only_posts
@password_again
@own_identifier
def show_key(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Show the Key of one's own identifier, once."""
    identifier, key = services.reveal(access, pk, verb="identifier:show")
    if request.htmx:
        context = {"row": row_of(access, identifier, key)}
        return render(request, "identifiers/_changed.html", context)
    return show_list(request, access, list_of(identifier), revealed=(pk, key))


@company_view(Capability.ENTER)
@only_posts
@password_again
@own_identifier
def copy_key(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Answer the Key alone, for the clipboard."""
    _identifier, key = services.reveal(access, pk, verb="identifier:copy")
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


@company_view(Capability.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
@own_identifier
def edit_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Change the note, purpose, integration and validity: in place, or on a page."""
    identifier = own(access, pk)
    if identifier.state.final:
        raise EndedError
    form = DetailsForm(request.POST or None, identifier=identifier, integrations=listed(access))
    if request.method == "POST" and form.is_valid():
        return answer(request, access, save(access, pk, form), _("%(user_id)s saved."))
    status = 422 if request.method == "POST" else 200
    template = "identifiers/edit.html#form" if request.htmx else "identifiers/edit.html"
    context = {"identifier": identifier, "form": form}
    return render(request, template, context, status=status)


@transaction.atomic
def save(access: CompanyAccess, pk: int, form: DetailsForm) -> ApiIdentifier:
    """Save both halves of the form, each with its event, or neither."""
    sent = form.cleaned_data
    services.describe(
        access,
        pk,
        purpose=Purpose(sent["purpose"]),
        note=sent["note"],
        integration=sent["integration"],
    )
    return services.limit(access, pk, valid_until=sent["valid_until"])


@company_view(Capability.ENTER)
@only_posts
@own_identifier
def pause_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Stop one's own identifier everywhere until it is resumed."""
    return answer(request, access, services.pause(access, pk), _("%(user_id)s paused."))


@company_view(Capability.ENTER)
@only_posts
@own_identifier
def resume_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Let it work again."""
    return answer(request, access, services.resume(access, pk), _("%(user_id)s resumed."))


@company_view(Capability.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
@own_identifier
def deactivate_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Ask whether to end it for good in all companies; when confirmed, do it."""
    if request.method == "POST":
        identifier = services.deactivate(access, pk)
        said = _("%(user_id)s deactivated for good.") % {"user_id": identifier.user_id}
        messages.success(request, said)
        return back_to(access, identifier)
    identifier = own(access, pk)
    if identifier.state.final:
        raise EndedError
    companies, page = companies_of(access, identifier), list_of(identifier)
    context = {"identifier": identifier, "companies": companies, "list": page}
    return window(request, "identifiers/deactivate.html", context)


@company_view(Capability.CREATE_IDENTIFIERS)
@require_http_methods(["GET", "HEAD", "POST"])
@own_identifier
def replace_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Make a successor for the same purpose, and let the old one end."""
    identifier, form = own(access, pk), ReplaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := replaced(access, pk, form)):
        said = _("%(user_id)s created in place of %(old)s.")
        messages.success(request, said % {"user_id": made.user_id, "old": identifier.user_id})
        if request.htmx:  # without a fragment: the list itself may be what is open
            page = reverse(list_of(made), args=[access.company.business_id])
            return HttpResponseClientRedirect(page)
        return back_to(access, made)
    context = {"identifier": identifier, "form": form}
    if request.method == "POST":
        template = "identifiers/replace.html#form" if request.htmx else "identifiers/replace.html"
        return render(request, template, context, status=422)
    services.check_replaceable(identifier)
    return window(request, "identifiers/replace.html", context)


def replaced(access: CompanyAccess, pk: int, form: ReplaceForm) -> ApiIdentifier | None:
    """Replace an identifier as the form asks; nothing when its time is past by now."""
    sent = form.cleaned_data
    asked = {name: sent[name] for name in ("own", "leaked", "once")}
    try:
        return services.replace(access, pk, end=End(sent["end"]), **asked)
    except ValueError:
        form.add_error("own", str(texts.PAST))
        return None


@company_view(Capability.OVERSEE_IDENTIFIERS)
@only_posts
def stop_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Stop somebody's identifier in this company and tell the owner."""
    return oversee(request, access, pk, stop=True)


@company_view(Capability.OVERSEE_IDENTIFIERS)
@only_posts
def allow_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Take that back and tell the owner."""
    return oversee(request, access, pk, stop=False)


@transaction.atomic
def oversee(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int, *, stop: bool
) -> HttpResponse:
    """Stop an identifier in this company, or let it work again; the owner gets a mail."""
    try:
        identifier, news = (services.stop if stop else services.allow)(access, pk)
    except ApiIdentifier.DoesNotExist:
        raise Http404 from None
    if news:
        transaction.on_commit(
            lambda: mails.tell_owner(identifier, access, stopped=stop), robust=True
        )
    said = texts.STOPPED if stop else texts.ALLOWED
    said = said if news else texts.IS_SO
    messages.success(request, str(said) % {"user_id": identifier.user_id})
    form = OverviewForm(request.POST)
    kept = urlencode({name: value for name, value in form.data.items() if name in form.fields})
    back = reverse(API, args=[access.company.business_id])
    return redirect((f"{back}?{kept}" if kept else back) + f"#o-{pk}")
