"""The only way into a company: CompanyAccess, and the decorators that make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import Scene
from apps.companies import rules, texts
from apps.companies.models import Company, Membership
from apps.companies.rules import Capability, Grants, Role, Validity
from apps.core.http import AuthenticatedRequest
from apps.core.statements import Statement, given

P = ParamSpec("P")
CompanyView = Callable[Concatenate[AuthenticatedRequest, "CompanyAccess", P], HttpResponse]

LAST_COMPANY = "company"
"""The cookie that remembers the company used last; what it names is checked like any other."""
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class CompanyAccess:
    """Who is in which company, and what they may do there.

    Made for views by ``company_view`` and ``company_change`` alone. ``locked`` says that the
    company and the membership were read under their locks, held until the transaction ends.
    """

    user: User
    company: Company
    grants: Grants
    capabilities: frozenset[Capability]
    locked: bool = False

    @property
    def may_create_identifiers(self) -> bool:
        """Whether API identifiers can be made; each making checks again."""
        return Capability.CREATE_IDENTIFIERS in self.capabilities

    @property
    def oversees_identifiers(self) -> bool:
        """Whether those of all members are shown, without keys."""
        return Capability.OVERSEE_IDENTIFIERS in self.capabilities

    @property
    def may_edit_rights(self) -> bool:
        """Whether switches are shown; every write asks ``may_write_rights``."""
        return Capability.EDIT_RIGHTS in self.capabilities

    @property
    def may_write_rights(self) -> bool:
        """Whether rights can be written now: that needs the company's lock too."""
        return self.locked and self.may_edit_rights

    @property
    def may_view_rights(self) -> bool:
        """Whether rights are shown at all."""
        return Capability.VIEW_RIGHTS in self.capabilities

    @property
    def may_view_history(self) -> bool:
        """Whether what was changed here is shown."""
        return Capability.VIEW_HISTORY in self.capabilities

    @property
    def serves(self) -> bool:
        """Whether the company is one of the person's client companies."""
        return self.company.office_id is not None and Capability.SERVE in self.capabilities

    @property
    def role_codes(self) -> str:
        """The person's roles here in short."""
        return texts.role_codes(self.grants.roles)

    @property
    def shown(self) -> tuple[object, ...]:
        """All that pages show of the person and the company: the key of what is kept of them."""
        user, company = self.user, self.company
        person = (user.pk, user.name, user.email, user.is_staff, self.role_codes)
        place = (company.business_id, company.name, company.package, company.office)
        return *person, *place, *sorted(self.capabilities)

    @property
    def scene(self) -> Scene:
        """Who acts where, for audit events."""
        office = self.company.office if Role.TPK in self.grants.roles else None
        return Scene(
            actor_id=self.user.pk,
            actor=str(self.user),
            office=office.name if office else "",
            company_id=self.company.pk,
            company=str(self.company),
        )


MEMBERSHIP = Statement(
    lambda: Membership.objects.visible_to(given("user", BigIntegerField())).filter(
        company__business_id=given("business_id", CharField())
    )
)
LOCKED_MEMBERSHIP = Statement(
    lambda: Membership.objects.locked(given("user", BigIntegerField())).filter(
        company__business_id=given("business_id", CharField())
    )
)


def find_membership(user: User, business_id: str, *, lock: bool = False) -> Membership:
    """Return the person's membership of a company; Http404 for outsiders and unknown ids.

    To ``lock`` it and the company, as every writer of rights does first, call it inside a
    transaction: it is read as it is once it is locked.
    """
    statement = LOCKED_MEMBERSHIP if lock else MEMBERSHIP
    for membership in statement.ask(user=user.pk, business_id=business_id):
        return membership
    raise Http404


def enter(membership: Membership, user: User, *, locked: bool = False) -> CompanyAccess:
    """Return the access that a membership gives; nothing at all outside its period.

    ``locked`` says that the membership was read under its lock.
    """
    grants = membership.grants
    in_force = membership.validity is Validity.IN_FORCE
    return CompanyAccess(
        user=user,
        company=membership.company,
        grants=grants,
        capabilities=rules.capabilities(grants) if in_force else frozenset(),
        locked=locked,
    )


def remember(request: AuthenticatedRequest, response: HttpResponse, business_id: str) -> None:
    """Let the browser remember the company used last."""
    if request.COOKIES.get(LAST_COMPANY) != business_id:
        response.set_cookie(
            LAST_COMPANY,
            business_id,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def company_view(
    capability: Capability, *others: Capability
) -> Callable[[CompanyView[P]], Callable[..., HttpResponse]]:
    """Let a view be called only with the CompanyAccess of somebody who holds all that it needs.

    Outsiders get 404, so that nobody learns which companies exist; members without one of the
    capabilities get 403 with the first that is missing as the reason, and with who can grant it.
    """
    return _guard((capability, *others), changes=False)


def company_change(
    capability: Capability, *others: Capability
) -> Callable[[CompanyView[P]], Callable[..., HttpResponse]]:
    """Guard a view as ``company_view`` does, and answer a POST in one transaction.

    The company is locked first and the right asked for under the lock, so it cannot be taken
    away meanwhile (docs/decisions/005). An answer that refuses saves nothing.
    """
    return _guard((capability, *others), changes=True)


def _guard(
    needed: tuple[Capability, ...], *, changes: bool
) -> Callable[[CompanyView[P]], Callable[..., HttpResponse]]:
    def decorate(view: CompanyView[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(
            request: AuthenticatedRequest, business_id: str, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            locked = changes and request.method == "POST"
            with transaction.atomic() if locked else nullcontext():
                membership = find_membership(request.user, business_id, lock=locked)
                access = enter(membership, request.user, locked=locked)
                if Capability.ENTER in access.capabilities:
                    request.access = access  # type: ignore[attr-defined]
                refusal = _refusal(request, membership, access, needed)
                response = refusal or view(request, access, *args, **kwargs)
                if locked and response.status_code >= HTTPStatus.BAD_REQUEST:
                    transaction.set_rollback(True)
            if refusal is None:
                remember(request, response, business_id)
            return response

        guarded.capabilities = needed  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refusal(
    request: AuthenticatedRequest,
    membership: Membership,
    access: CompanyAccess,
    needed: Iterable[Capability],
) -> HttpResponse | None:
    for capability in needed:
        if capability not in access.capabilities:
            return refuse(request, membership, capability)
    return None


def posts_only(
    page: Callable[..., str],
) -> Callable[[CompanyView[P]], CompanyView[P]]:
    """Lead somebody who opens the address of a change to the ``page`` that it belongs to."""

    def decorate(view: CompanyView[P]) -> CompanyView[P]:
        @wraps(view)
        def guarded(
            request: AuthenticatedRequest, access: CompanyAccess, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if request.method != "POST":
                return redirect(page(access, *args, **kwargs))
            return view(request, access, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def grantors(company: Company, user: User) -> list[Membership]:
    """Return up to three people who can grant this user rights in this company.

    KH and TPK edit others, never themselves; a role without any function right opens nothing
    (help article).
    """
    found = (
        Membership.objects.filter(company=company)
        .exclude(user=user)
        .exclude(levels={})
        .in_force()
        .holding(rules.ADMINISTRATORS)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return list(found[:3])


def refuse(
    request: AuthenticatedRequest, membership: Membership, capability: Capability
) -> HttpResponse:
    """Answer 403 with what is missing and who can grant it."""
    company, grants = membership.company, membership.grants
    roles = membership.role_codes or _("No role")
    context = {
        "company": company,
        "heading": texts.REFUSED[capability] % {"company": company.name},
        "needs": texts.NEEDS[capability],
        "has": f"{roles}. {texts.held(grants, capability)}",
        "grantors": grantors(company, request.user),
        "may_enter": not membership.ended,
    }
    if membership.validity is Validity.ENDED:
        context |= {"heading": _("Access rights expired"), **_outside(membership)}
    elif membership.validity is Validity.NOT_YET:
        context |= {"heading": _("Access rights are not in force yet"), **_outside(membership)}
    return render(request, "companies/refused.html", context, status=403)


def _outside(membership: Membership) -> dict[str, object]:
    return {"has": membership.period, "needs": texts.NEEDS[Capability.ENTER]}
