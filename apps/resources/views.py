"""The rights page, its fragments, and the changes that it asks for."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.companies.access import CompanyAccess, company_view
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.resources import services, texts
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.forms import AccessKeyForm, SearchForm, WishForm
from apps.resources.models import Integration
from apps.resources.pages import FOUND, load_page, refuse, show, target_of, window
from apps.resources.panels import RightsPage, rights_url


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Show the rights of the company: in general, or of one integration."""
    page = load_page(request, access, public_id, opened=request.GET.getlist("open"))
    return show(request, page, search=SearchForm(request.GET))


@company_view(Capability.EDIT_RIGHTS)
@require_POST
def set_rights(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str | None = None
) -> HttpResponse:
    """Allow or block what the pressed button stands for."""
    catalogue = Catalogue.load()
    form = WishForm(request.POST, catalogue=catalogue)
    if not form.is_valid():
        return refuse(request, access, public_id, form.why, status=422)
    wish = form.cleaned_data["wish"]
    try:
        change = services.set_rights(
            access=access, catalogue=catalogue, target=target_of(request, public_id), wish=wish
        )
    except Integration.DoesNotExist:
        raise Http404 from None
    except services.NotAvailableError:
        return refuse(request, access, public_id, texts.NOT_AVAILABLE, status=422)
    except services.AlreadyListedError:
        return refuse(request, access, public_id, texts.ALREADY_LISTED, status=409)
    messages.success(request, texts.changed(wish, change))
    opened = request.POST.getlist("opened")
    page = RightsPage(access, change.board, change.integration, opened)
    if not request.htmx:
        return redirect(rights_url(access, public_id, anchor=page.anchor(change.within)))
    context = {
        "page": page,
        "rows": page.rows_of(change.within),
        "sections": page.sections_with(change.within),
        "newly_listed": change.newly_listed,
    }
    return render(request, "resources/_change.html", context)


@company_view(Capability.EDIT_RIGHTS)
@require_http_methods(["GET", "HEAD", "POST"])
def block_traffic(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Ask whether to block API traffic; when confirmed, do it and go back to the page."""
    public_id = (request.POST if request.method == "POST" else request.GET).get("integration")
    page = load_page(request, access, public_id or None)
    if request.method == "POST":
        before = services.block_traffic(access=access, catalogue=page.board.catalogue)
        messages.success(request, texts.traffic_blocked(before))
        return redirect(rights_url(access, public_id, anchor="traffic"))
    return window(request, "resources/block_traffic.html", {"page": page})


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def about_resource(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Explain one resource."""
    page = load_page(request, access, request.GET.get("integration") or None)
    row = page.row(request.GET.get("resource", ""))
    return window(request, "resources/about_resource.html", {"page": page, "row": row})


@company_view(Capability.VIEW_RIGHTS)
@require_safe
def row(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer one row of the General view, its list of integrations opened or closed."""
    page = load_page(request, access, None, opened=request.GET.getlist("open"))
    row = page.row(request.GET.get("open") or request.GET.get("close", ""))
    return render(request, "resources/_row.html", {"row": row, "page": page, "oob": True})


@company_view(Capability.EDIT_RIGHTS)
@require_safe
def search(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer the finished integrations whose name matches, while it is typed."""
    form = SearchForm(request.GET)
    status = 200 if form.is_valid() else 422
    context = {"access": access, "search": form}
    return render(request, "resources/_matches.html", context, status=status)


@company_view(Capability.EDIT_RIGHTS)
@require_POST
def find(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
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
            url = rights_url(access, integration.public_id)
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
        form.refuse(texts.NOT_FOUND)
    return not_found(request, access, form, status=422)


def not_found(
    request: AuthenticatedRequest, access: CompanyAccess, form: AccessKeyForm, *, status: int
) -> HttpResponse:
    """Answer the key's field with its message, and what was typed."""
    if request.htmx:
        context = {"access": access, "key_form": form}
        return render(request, "resources/_find.html", context, status=status)
    return show(request, load_page(request, access, None), key_form=form, status=status)
