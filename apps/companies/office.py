"""The only way into the pages of an accounting office: OfficeAccess, and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from apps.accounts.models import User
from apps.companies.models import AccountingOffice, Company, CompanyQuerySet
from apps.companies.rules import Capability
from apps.core.http import AuthenticatedRequest

P = ParamSpec("P")
OfficeView = Callable[Concatenate[AuthenticatedRequest, "OfficeAccess", P], HttpResponse]


@dataclass(frozen=True)
class OfficeAccess:
    """Somebody who serves client companies. Made by ``office_view`` alone.

    It opens no company: each is entered by the person's own membership there, like everybody's.
    """

    user: User

    @property
    def companies(self) -> CompanyQuerySet:
        """The client companies: those where the person holds TPK now."""
        return Company.objects.served_by(self.user)

    @property
    def companies_seen(self) -> CompanyQuerySet:
        """Those of them whose interface rights the person may see."""
        return self.companies.showing_rights_to(self.user)

    @cached_property
    def all_offices(self) -> list[AccountingOffice]:
        """The offices that the person belongs to or serves a client company of, by name."""
        own = Q(pk__in=self.user.offices.values("pk"))
        found = AccountingOffice.objects.annotate(is_own=ExpressionWrapper(own, BooleanField()))
        serving = Q(pk__in=self.companies.order_by().values("office"))
        return list(found.filter(own | serving).order_by("name"))

    @property
    def offices(self) -> list[AccountingOffice]:
        """The offices that the person may found client companies for."""
        return [office for office in self.all_offices if office.is_own]  # type: ignore[attr-defined]


def office_view(view: OfficeView[P]) -> Callable[..., HttpResponse]:
    """Let a view be called only with the OfficeAccess of somebody who serves client companies.

    Others get 403 with the reason: that accounting offices exist is no secret.
    """

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = OfficeAccess(request.user)
        if not access.all_offices:
            return render(request, "companies/serves_nobody.html", status=403)
        request.office = access  # type: ignore[attr-defined]
        return view(request, access, *args, **kwargs)

    guarded.capabilities = (Capability.SERVE,)  # type: ignore[attr-defined]
    return guarded
