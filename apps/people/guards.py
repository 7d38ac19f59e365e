"""What stands before the views of users."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.companies.access import CompanyAccess, posts_only
from apps.companies.models import Membership
from apps.core.http import AuthenticatedRequest
from apps.people import texts
from apps.people.models import Invitation
from apps.people.pages import able_to
from apps.people.services import RefusedError

P = ParamSpec("P")
View = Callable[Concatenate[AuthenticatedRequest, CompanyAccess, P], HttpResponse]


def explained(view: View[P]) -> View[P]:
    """Answer 404 for whom or what the company does not know, and 403 with the rule and helpers."""

    @wraps(view)
    def guarded(
        request: AuthenticatedRequest, access: CompanyAccess, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, access, *args, **kwargs)
        except (Membership.DoesNotExist, Invitation.DoesNotExist):
            raise Http404 from None
        except RefusedError as error:
            return refuse(request, access, error)

    return guarded  # type: ignore[return-value]


def refuse(
    request: AuthenticatedRequest, access: CompanyAccess, error: RefusedError
) -> HttpResponse:
    """Say which rule forbids it, and who can help."""
    context = {
        "company": access.company,
        "heading": _("You may not change this"),
        "needs": texts.REFUSALS[error.refusal],
        "has": access.role_codes or _("No role"),
        "grantors": able_to(access, error.refusal),
        "may_enter": True,
        "can": texts.HELPERS_CAN.get(error.refusal),
    }
    return render(request, "companies/refused.html", context, status=403)


only_posts = posts_only(lambda access, **_: reverse("users", args=[access.company.business_id]))
