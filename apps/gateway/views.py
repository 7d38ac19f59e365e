"""Whether the server can serve, and which older ways of signing a company accepts."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.reads import grantors_of_editing
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest
from apps.core.metrics import exposed
from apps.gateway import reads, services, texts
from apps.gateway.forms import AlgorithmForm, LastDayForm
from apps.gateway.page import Watched, lines_of
from apps.gateway.rules import Refusal
from apps.gateway.signing import OLDER, Algorithm
from apps.jobs import reads as waiting
from apps.jobs.reads import is_worked
from apps.security.reads import lately

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database is there, up to date, and ready for the next days' requests.

    Pages and the gateway serve without a worker, so that one is missing is said and no more.
    """
    try:
        lacking = reads.unready(datetime.now(UTC).date())
        worked = is_worked()
    except DatabaseError:
        lacking = ["the database does not answer"]
    if lacking:
        return HttpResponse("".join(f"{line}\n" for line in lacking), PLAIN, status=503)
    silent = "" if worked else "no worker was seen for 2 minutes\n"
    return HttpResponse(f"ready\n{silent}", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus what was counted; whoever lacks the token finds nothing here."""
    sent, token = request.headers.get("Authorization", ""), settings.METRICS_TOKEN
    if not token or not constant_time_compare(sent, f"Bearer {token}"):
        return HttpResponse("no such page\n", PLAIN, status=HTTPStatus.NOT_FOUND)
    jobs, due = waiting.jobs(), waiting.due()
    facts = Watched(timezone.now(), waiting.workers(), jobs, due, lately(), reads.size())
    return HttpResponse(exposed(facts), CONTENT_TYPE_LATEST)


@company_view(Capability.VIEW_RIGHTS)
def older_signatures(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show which older ways of signing the company accepts, and until when."""
    return show_older(request, access)


def show_older(
    request: AuthenticatedRequest, access: CompanyAccess, sent: LastDayForm | None = None
) -> HttpResponse:
    """Answer the page; 422 with what was sent when that has a mistake."""
    accepted = reads.accepted(access, timezone.now())
    forms = {one: LastDayForm(None, algorithm=one, last_day=accepted.get(one)) for one in OLDER}
    if sent:
        forms[sent.algorithm] = sent
    context = {
        "lines": [(line, forms[line.algorithm]) for line in lines_of(accepted)],
        "editable": access.may_edit_rights,
        "grantors": [] if access.may_edit_rights else grantors_of_editing(access),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return TemplateResponse(request, "gateway/older_signatures.html", context, status=status)


def to_older(access: CompanyAccess) -> str:
    """Return the address of the page, to which whoever opens that of a change is led."""
    return reverse("older_signatures", args=[access.company.business_id])


def refuse_day(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Refusal
) -> HttpResponse:
    """Say at the field what is wrong with a day."""
    form = LastDayForm(request.POST, algorithm=algorithm_of(request))
    form.refuse(reason)
    return show_older(request, access, form)


@company_change(Capability.EDIT_RIGHTS, refused=refuse_day, back=to_older)
def accept_signature(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Accept an older way of signing up to and including a day."""
    algorithm = algorithm_of(request)
    form = LastDayForm(request.POST, algorithm=algorithm)
    if not form.is_valid():
        return show_older(request, access, form)
    last_day = form.cleaned_data["last_day"]
    services.accept(access, algorithm, last_day)
    return changed(request, access, algorithm, texts.accepted(algorithm, last_day))


@company_change(Capability.EDIT_RIGHTS, refused=refuse_day, back=to_older)
def end_signature(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Accept an older way of signing no more."""
    algorithm = algorithm_of(request)
    services.end(access, algorithm)
    return changed(request, access, algorithm, texts.ended(algorithm))


def algorithm_of(request: AuthenticatedRequest) -> Algorithm:
    """Return which way of signing a form is about; Http404 for what no form of ours sends."""
    algorithm = AlgorithmForm(request.POST).picked
    if algorithm is None:
        raise Http404
    return algorithm


def changed(
    request: AuthenticatedRequest, access: CompanyAccess, algorithm: Algorithm, said: str
) -> HttpResponse:
    """Say what was done, back on the page: the next Tab goes on from there."""
    messages.success(request, said)
    return redirect(f"{to_older(access)}#{algorithm.lower()}")
