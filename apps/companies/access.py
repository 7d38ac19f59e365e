"""The only ways in: CompanyAccess and OfficeAccess, and the guards that make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from structlog.contextvars import bind_contextvars

from apps.accounts.models import User
from apps.audit.services import Scene
from apps.companies import reads, rules, texts
from apps.companies.models import AccountingOffice, Company, CompanyQuerySet, Membership
from apps.companies.rules import Capability, Grants, Role, Validity
from apps.core.http import AuthenticatedRequest
from apps.core.limits import is_held
from apps.core.refusals import Kind, Reason, Refused

P = ParamSpec("P")
CompanyView = Callable[Concatenate[AuthenticatedRequest, "CompanyAccess", P], HttpResponse]
OfficeView = Callable[Concatenate[AuthenticatedRequest, "OfficeAccess", P], HttpResponse]
Guarded = Callable[..., HttpResponse]
Back = Callable[..., str]
"""Returns the address of the page that a change belongs to, of the access and the address's parts."""
Refusing = Callable[..., HttpResponse]
"""Answers why nothing was changed, of the request, the access, the reason and the parts."""

SAFE, WRITING = ("GET", "HEAD"), ("GET", "HEAD", "POST")
STATUS = {
    Kind.MISTAKE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.MOVED_ON: HTTPStatus.CONFLICT,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
}
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

    def require(self, capability: Capability) -> None:
        """Raise PermissionDenied unless this may be written now: that needs the lock too."""
        if not self.locked or capability not in self.capabilities:
            raise PermissionDenied

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


class LackingError(Exception):
    """A member without a capability that an address needs."""

    def __init__(self, access: CompanyAccess, membership: Membership, capability: Capability):
        super().__init__(capability.value)
        self.access, self.membership, self.capability = access, membership, capability


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
    """Let the browser remember the company used last, if the person may be there."""
    may_enter = getattr(request, "access", None) is not None
    if may_enter and request.COOKIES.get(LAST_COMPANY) != business_id:
        response.set_cookie(
            LAST_COMPANY,
            business_id,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def company_view(
    *needed: Capability, refused: Refusing | None = None
) -> Callable[[CompanyView[P]], Guarded]:
    """Let a view be called only with the CompanyAccess of somebody who holds all that it needs.

    Outsiders get 404, so that nobody learns which companies exist, and so does what the company
    does not know; members without one of the capabilities get 403 with the first that is missing
    as the reason, and with who can grant it.
    """
    return _Guard(needed, refused, None, changes=False)


def company_change(
    *needed: Capability, refused: Refusing, back: Back | None = None
) -> Callable[[CompanyView[P]], Guarded]:
    """Guard a view as ``company_view`` does, and answer a POST in one transaction.

    The company and the membership are locked first and the right is asked for under the lock, so
    it cannot be taken away meanwhile (docs/decisions/005). What raises Refused saves nothing, and
    ``refused`` answers it. Nothing is rendered under the lock: a TemplateResponse renders itself
    once it is released. Whoever opens the address is led ``back`` to the page that the change
    belongs to; where there is none, the view asks first.
    """
    return _Guard(needed, refused, back, changes=True)


@dataclass(frozen=True)
class _Guard:
    """Stands before a view of a company; see ``company_view`` and ``company_change``."""

    needed: tuple[Capability, ...]
    refused: Refusing | None
    back: Back | None
    changes: bool

    def __call__(self, view: Callable[..., HttpResponse]) -> Guarded:
        @wraps(view)
        def guarded(request: AuthenticatedRequest, business_id: str, **kwargs: Any) -> HttpResponse:
            if request.method not in (methods := WRITING if self.changes else SAFE):
                return HttpResponseNotAllowed(methods)
            response = self._answer(view, request, business_id, **kwargs)
            remember(request, response, business_id)
            return response

        guarded.capabilities = self.needed  # type: ignore[attr-defined]
        guarded.changes = self.changes  # type: ignore[attr-defined]
        return _finding(guarded)

    def _answer(
        self,
        view: Callable[..., HttpResponse],
        request: AuthenticatedRequest,
        business_id: str,
        **kwargs: Any,
    ) -> HttpResponse:
        writes = request.method == "POST"
        try:
            with transaction.atomic() if writes else nullcontext():
                access = _entered(request, business_id, self.needed)
                if self.back and not writes:
                    return redirect(self.back(access, **kwargs))
                return view(request, access, **kwargs)
        except LackingError as error:
            return _lacking(request, error)
        except OperationalError as error:
            if writes and is_held(error):
                return TemplateResponse(request, "companies/held.html", status=HTTPStatus.CONFLICT)
            raise
        except Refused as refusal:
            released = replace(access, locked=False)
            return _refusal(self.refused, request, released, refusal.reason, **kwargs)


def _finding(view: Guarded) -> Guarded:
    """Answer 404 for what there is not, or not for this person."""

    @wraps(view)
    def finding(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except ObjectDoesNotExist:
            raise Http404 from None

    return finding


def _entered(
    request: AuthenticatedRequest, business_id: str, needed: tuple[Capability, ...]
) -> CompanyAccess:
    lock = request.method == "POST"
    find = reads.locked_membership if lock else reads.membership
    membership = find(request.user, business_id)
    access = enter(membership, request.user, locked=lock)
    bind_contextvars(company=access.company.pk)
    if Capability.ENTER in access.capabilities:
        request.access = access  # type: ignore[attr-defined]
    for capability in needed:
        if capability not in access.capabilities:
            raise LackingError(replace(access, locked=False), membership, capability)
    if lock and access.serves:  # read after the locks, since it is none of them
        access.company.office  # noqa: B018 - kept on the company, for the event and the menu
    return access


def _refusal(
    refused: Refusing | None,
    request: AuthenticatedRequest,
    access: Any,
    reason: Reason,
    **kwargs: Any,
) -> HttpResponse:
    if refused is None:
        raise PermissionDenied
    response = refused(request, access, reason, **kwargs)
    if response.status_code == HTTPStatus.OK:
        response.status_code = STATUS[reason.kind]
    return response


def _lacking(request: AuthenticatedRequest, error: LackingError) -> HttpResponse:
    """Answer 403 with what is missing and who can grant it."""
    membership, capability, grants = error.membership, error.capability, error.access.grants
    company = membership.company
    roles = membership.role_codes or _("No role")
    context = {
        "company": company,
        "heading": texts.REFUSED[capability] % {"company": company.name},
        "needs": texts.NEEDS[capability],
        "has": f"{roles}. {texts.held(grants, capability)}",
        "grantors": reads.grantors(error.access),
        "may_enter": not membership.ended,
    }
    outside = {"has": membership.period, "needs": texts.NEEDS[Capability.ENTER]}
    if membership.validity is Validity.ENDED:
        context |= {"heading": _("Access rights expired"), **outside}
    elif membership.validity is Validity.NOT_YET:
        context |= {"heading": _("Access rights are not valid yet"), **outside}
    return TemplateResponse(request, "companies/refused.html", context, status=403)


@dataclass(frozen=True)
class OfficeAccess:
    """Somebody who serves client companies. Made by the office's guards alone.

    It opens no company: each is entered by the person's own membership there, like everybody's.
    """

    user: User

    @property
    def companies(self) -> CompanyQuerySet:
        """The client companies: those where the person holds TPK now.

        All are of the person's offices, by which the database finds them.
        """
        offices = [office.pk for office in self.all_offices]
        return reads.client_companies(self.user).filter(office__in=offices)

    def companies_of(self, numbers: Sequence[int]) -> CompanyQuerySet:
        """Return those of them with some numbers, by which the database finds them."""
        return reads.client_companies(self.user).filter(pk__in=numbers)

    @property
    def companies_seen(self) -> CompanyQuerySet:
        """Those of them whose interface rights the person may see."""
        return self.companies.filter(shows_rights=True)  # type: ignore[misc]

    @cached_property
    def all_offices(self) -> list[AccountingOffice]:
        """The offices that the person belongs to or serves a client company of, by name."""
        return reads.offices(self.user)

    @property
    def offices(self) -> list[AccountingOffice]:
        """The offices that the person may found client companies for."""
        return [office for office in self.all_offices if office.is_own]  # type: ignore[attr-defined]


def office_view(view: OfficeView[P]) -> Guarded:
    """Let a view be called only with the OfficeAccess of somebody who serves client companies.

    Others get 403 with the reason: that accounting offices exist is no secret.
    """
    return _office_guard(view, SAFE)


def office_change(
    *, refused: Refusing | None = None, back: Back | None = None
) -> Callable[[OfficeView[P]], Guarded]:
    """Guard a view as ``office_view`` does; it answers as ``company_change``, without a lock."""
    return lambda view: _office_guard(view, WRITING, refused, back)


def _office_guard(
    view: OfficeView[P],
    methods: tuple[str, ...],
    refused: Refusing | None = None,
    back: Back | None = None,
) -> Guarded:
    @wraps(view)
    def guarded(request: AuthenticatedRequest, **kwargs: Any) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        access = OfficeAccess(request.user)
        if not access.all_offices:
            return TemplateResponse(request, "companies/serves_nobody.html", status=403)
        request.office = access  # type: ignore[attr-defined]
        if back and request.method != "POST":
            return redirect(back(access, **kwargs))
        try:
            return view(request, access, **kwargs)  # type: ignore[call-arg]
        except Refused as refusal:
            return _refusal(refused, request, access, refusal.reason, **kwargs)

    guarded.capabilities = (Capability.SERVE,)  # type: ignore[attr-defined]
    guarded.changes = methods == WRITING  # type: ignore[attr-defined]
    return _finding(guarded)
