"""The rights page, its fragments, and the changes that it asks for."""

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect, replace_url

from apps.audit.models import AuditEvent
from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, window
from apps.resources.models import Integration
from apps.rights import services, texts
from apps.rights.addresses import address
from apps.rights.decided_by import decided_by
from apps.rights.forms import (
    AccessKeyForm,
    FilterForm,
    SearchForm,
    UndoForm,
    WishForm,
    first_mistake,
)
from apps.rights.pages import (
    FOUND,
    answer_change,
    load_page,
    only_posts,
    public_id_of,
    query_of,
    refuse,
    show,
    show_at_rest,
    target_of,
)


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Show the rights of the company: in general, or of one integration."""
    if not request.GET:
        return show_at_rest(request, load_page(request, access, public_id))
    form = FilterForm(request.GET)
    page = load_page(request, access, public_id, request.GET.getlist("open"), form.filter)
    return show(request, page, search=SearchForm(request.GET), filter_form=form)


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def filter_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Answer the rows that the filter finds, while it is typed; the address follows."""
    form = FilterForm(request.GET)
    page = load_page(request, access, public_id, looked_for=form.filter)
    context = {"page": page, "filter_form": form}
    response = render(
        request, "rights/_found.html", context, status=200 if form.is_valid() else 422
    )
    return replace_url(response, page.url + query_of(form.filter))


@company_change(Capability.EDIT_RIGHTS)
@only_posts
def set_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Allow or block what the pressed button stands for."""
    form = WishForm(request.POST)
    if not form.is_valid():
        return refuse(request, access, public_id, first_mistake(form), status=422)
    try:
        change = services.set_rights(
            access=access, target=target_of(request, public_id), wanted=form.wish
        )
    except ValidationError as error:
        return refuse(request, access, public_id, error.message, status=422)
    except Integration.DoesNotExist:
        raise Http404 from None
    except services.NotAvailableError:
        return refuse(request, access, public_id, texts.NOT_AVAILABLE, status=422)
    except services.AlreadyListedError:
        return refuse(request, access, public_id, texts.ALREADY_LISTED, status=409)
    return answer_change(request, access, change, texts.changed(change, allow=form.allows))


@company_change(Capability.EDIT_RIGHTS)
@only_posts
def undo_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Take back one change, exactly, or say that the rights moved on."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        change = services.undo(
            access=access,
            target=target_of(request, public_id),
            event_id=form.cleaned_data["event"],
        )
    except (Integration.DoesNotExist, AuditEvent.DoesNotExist):
        raise Http404 from None
    except services.MovedOnError:
        return refuse(request, access, public_id, texts.MOVED_ON, status=409)
    return answer_change(request, access, change, texts.undone(change))


@company_change(Capability.EDIT_RIGHTS)
@require_http_methods(["GET", "HEAD", "POST"])
def block_traffic(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Ask whether to block API traffic; when confirmed, do it and go back to the page."""
    sent = request.POST if request.method == "POST" else request.GET
    page = load_page(request, access, public_id_of(sent))
    if request.method == "POST":
        before = services.block_traffic(access=access)
        messages.success(request, texts.traffic_blocked(before))
        return redirect(page.url + "#h-traffic")
    return window(request, "rights/block_traffic.html", {"page": page})


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def about_resource(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Explain one resource."""
    page = load_page(request, access, public_id_of(request.GET))
    row = page.row(request.GET.get("resource", ""))
    asked = (page.board, page.integration, row.resource.position)
    verdict = page.board.verdict(*asked[1:])
    context = {
        "page": page,
        "row": row,
        "verdict": texts.VERDICTS[verdict],
        "decided": texts.DECIDED[bool(verdict)],
        "event": decided_by(access, *asked),
    }
    return window(request, "rights/about_resource.html", context)


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def about_integration(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str
) -> HttpResponse:
    """Explain one integration: who makes it, what it does, what it needs."""
    page = load_page(request, access, public_id)
    return window(request, "rights/about_integration.html", {"page": page})


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def row(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer one row of the General view, its list of integrations opened or closed."""
    page = load_page(request, access, None, request.GET.getlist("open"))
    row = page.row(request.GET.get("open") or request.GET.get("close", ""))
    return HttpResponse(row.cell_html(oob=True))


@company_view(Capability.EDIT_RIGHTS)
@require_safe
def search(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer the finished integrations whose name matches, while it is typed."""
    form = SearchForm(request.GET)
    status = 200 if form.is_valid() else 422
    context = {"access": access, "search": form, "matches": form.matches(access)}
    return render(request, "rights/_matches.html", context, status=status)


@company_view(Capability.EDIT_RIGHTS)
@only_posts
def find(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Find a custom integration by its whole access key; whatever fails, fails alike."""
    form = AccessKeyForm(request.POST)
    if not ratelimit.consume(request, action="find_custom_integration"):
        form.refuse(texts.TOO_MANY_TRIES)
        return not_found(request, access, form, status=429)
    if form.is_valid():
        key = form.cleaned_data["access_key"]
        if integration := Integration.objects.with_access_key(key):
            found = {*request.session.get(FOUND, ()), integration.public_id}
            request.session[FOUND] = sorted(found)
            url = address(access, "rights", integration.public_id)
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
        form.refuse(texts.NOT_FOUND)
    return not_found(request, access, form, status=422)


def not_found(
    request: AuthenticatedRequest, access: CompanyAccess, form: AccessKeyForm, *, status: int
) -> HttpResponse:
    """Answer the key's field with its message, and what was typed."""
    if request.htmx:
        context = {"access": access, "key_form": form}
        return render(request, "rights/_find.html", context, status=status)
    return show(request, load_page(request, access, None), key_form=form, status=status)
