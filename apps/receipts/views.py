"""The yearly review: the integrations, one of them, and that its rights are still right."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.reads import grantors_of_editing
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.core.refusals import Reason
from apps.receipts import reads, texts
from apps.receipts.forms import StillRightForm
from apps.receipts.page import Found, ReceiptPage, ReceiptsPage
from apps.resources.reads import listed
from apps.rights import services
from apps.rights.reads import opened
from apps.rights.texts import REFUSALS


@company_view(Capability.VIEW_RIGHTS)
def receipts(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List the integrations with when each was reviewed last."""
    page = ReceiptsPage.of(access, opened(access))
    return TemplateResponse(request, "receipts/list.html", {"page": page})


@company_view(Capability.VIEW_RIGHTS)
def receipt(request: AuthenticatedRequest, access: CompanyAccess, public_id: str) -> HttpResponse:
    """Show what an integration in the list may do, and what it used."""
    return show(request, access, public_id)


def show(request: AuthenticatedRequest, access: CompanyAccess, public_id: str) -> HttpResponse:
    """Answer the page of one integration."""
    now, today = opened(access), timezone.localdate()
    standing = listed(now.board, public_id)
    used = reads.used(access, standing, now.catalogue, today)
    past, linked = reads.past(access, standing), reads.linked(access, standing)
    context = {
        "page": ReceiptPage.of(access, Found(now, standing, past, used, linked, today)),
        "editable": access.may_edit_rights,
        "grantors": [] if access.may_edit_rights else grantors_of_editing(access),
    }
    return TemplateResponse(request, "receipts/one.html", context)


def to_receipt(access: CompanyAccess, public_id: str) -> str:
    """Return the address of one integration's page, to which that of its review leads."""
    return reverse("receipt", args=[access.company.business_id, public_id])


def refuse(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, public_id: str
) -> HttpResponse:
    """Say why nothing was recorded, over the rights as they are now."""
    messages.error(request, str(REFUSALS[reason]))
    return show(request, access, public_id)


@company_change(Capability.EDIT_RIGHTS, refused=refuse, back=to_receipt)
def still_right(
    request: AuthenticatedRequest, access: CompanyAccess, public_id: str
) -> HttpResponse:
    """Record that the rights of an integration, as the page showed them, are still right."""
    services.review(access, public_id, StillRightForm(request.POST).mark)
    messages.success(request, texts.RECORDED)
    return redirect(to_receipt(access, public_id))
