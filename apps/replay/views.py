"""An identifier is stopped here or ended for good: asked with what that would have refused."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from apps.companies.access import CompanyAccess, company_change
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest, question_window
from apps.identifiers import reads as identifiers
from apps.identifiers import services, tasks, texts
from apps.identifiers.views import (
    DEACTIVATE,
    HEADINGS,
    back_to,
    list_of,
    overseen,
    refuse,
    refuse_on_list,
    to_list,
)
from apps.replay import reads
from apps.replay.page import WouldRefuse, in_one


@company_change(Capability.ENTER, refused=refuse)
def deactivate_identifier(
    request: AuthenticatedRequest, access: CompanyAccess, pk: int
) -> HttpResponse:
    """Ask whether to end it for good in all companies; when confirmed, do it."""
    if request.method == "POST":
        ended = services.deactivate(access, pk)
        messages.success(request, texts.DEACTIVATED % {"user_id": ended.user_id})
        return back_to(access, ended)
    one = identifiers.own(access, pk)
    services.check_open(one)
    heading = HEADINGS[DEACTIVATE] % {"user_id": one.user_id}
    back = reverse(list_of(one), args=[access.company.business_id])
    refuses = WouldRefuse.of(reads.of_own(access, pk))
    context = {"identifier": one, "companies": identifiers.companies_of(access, one)}
    return question_window(request, DEACTIVATE, heading, back, refuses=refuses, **context)


@company_change(Capability.OVERSEE_IDENTIFIERS, refused=refuse_on_list, back=to_list)
def stop_identifier(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Stop somebody's identifier in this company and tell the owner."""
    would = in_one(reads.of_identifier(access, pk))
    identifier, news = services.stop(access, pk)
    if news:
        tasks.tell_owner.enqueue(pk, access.company.pk, access.user.pk, stopped=True)
        said = texts.STOPPED % {"user_id": identifier.user_id}
        return overseen(request, access, identifier, f"{said} {would}".strip())
    return overseen(request, access, identifier, texts.IS_SO % {"user_id": identifier.user_id})
