"""What the views of identifiers share: loading the lists, answering a change."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property

from apps.companies.access import CompanyAccess
from apps.companies.models import Company, Membership
from apps.companies.reads import grantors
from apps.companies.rules import opens_anything
from apps.core.http import AuthenticatedRequest
from apps.core.paging import NumberedPage, page_by_number
from apps.identifiers import texts
from apps.identifiers.facts import Row
from apps.identifiers.forms import OverviewForm, OwnForm
from apps.identifiers.models import ApiIdentifier, ApiIdentifierQuerySet
from apps.identifiers.rules import Purpose
from apps.resources.keys import FOUND
from apps.resources.models import Integration

PAGE_SIZE = 50
CONFLICT = HTTPStatus.CONFLICT
API, EXCEL = "api_identifiers", "excel_identifiers"
"""The names of the two pages that list identifiers."""
TEMPLATES = {API: "identifiers/list.html", EXCEL: "identifiers/excel.html"}


@dataclass(frozen=True)
class IdentifiersPage:
    """One's own identifiers, and for KH and TPK those of all members."""

    name: str
    access: CompanyAccess
    own_form: OwnForm
    form: OverviewForm
    revealed: tuple[int, str] | None = None
    found: Collection[str] = ()

    @cached_property
    def own(self) -> NumberedPage[Row]:
        """One's own, newest first; on the page of Excel identifiers only those."""
        mine = ApiIdentifier.objects.visible_to(self.access.user).in_company(self.access.company)
        if self.name == EXCEL:
            mine = mine.filter(purpose=Purpose.EXCEL)
        return rows_of(mine, self.own_form.cleaned_data.get("older"), self.revealed)

    @property
    def new(self) -> Row | None:
        """The identifier that was made just now, to be handed over."""
        first = next(iter(self.own.rows), None)
        ready = first and first.is_new and not first.is_excel and first.hindrance is None
        return first if ready else None

    @property
    def hand_over(self) -> str:
        """What to send to the software partner."""
        company = self.access.company
        if not self.new:
            return ""
        user_id, name = self.new.identifier.user_id, self.new.integration_name
        return texts.hand_over(user_id, company.name, company.business_id, name)

    @cached_property
    def here(self) -> NumberedPage[Row] | None:
        """Those that work or worked in the company; nothing for others than KH and TPK."""
        if not self.access.oversees_identifiers:
            return None
        found = ApiIdentifier.objects.of_members(self.access)
        sent = self.form.cleaned_data if self.form.is_valid() else {}
        if sent.get("q"):
            found = found.matching(sent["q"])
        return rows_of(
            shown(found, sent.get("show", ""), self.access.company), sent.get("older_here")
        )

    @cached_property
    def integration(self) -> Integration | None:
        """What a new identifier will be for, when the rights page asked for one."""
        return known(self.access, self.own_form.cleaned_data.get("integration", ""), self.found)

    @property
    def asked(self) -> dict[str, Any]:
        """The purpose and note of a new identifier, when a colleague's mail asked for one."""
        sent = self.own_form.cleaned_data
        return {name: sent[name] for name in ("purpose", "note") if sent.get(name)}

    @cached_property
    def grantors(self) -> list[Membership]:
        """Who can help somebody who may not create."""
        if self.access.may_create_identifiers:
            return []
        return grantors(self.access)

    @property
    def once(self) -> uuid.UUID:
        """What tells one press of the button from the next."""
        return uuid.uuid4()


def shown(found: ApiIdentifierQuerySet, choice: str, company: Company) -> ApiIdentifierQuerySet:
    """Return those that one of the overview's choices means."""
    match choice:
        case "works":
            return found.at_work(company)
        case "ending":
            return found.at_work(company).ending()
        case "stopped":
            return found.stopped()
    return found


def ending(access: CompanyAccess) -> list[Row]:
    """Return what ends soon: one's own identifiers, for KH and TPK everybody's."""
    company, found = access.company, ApiIdentifier.objects.of_members(access)
    if not access.oversees_identifiers:
        found = found.filter(owner=access.user)
    soon, now = found.at_work(company).ending()[:PAGE_SIZE], timezone.now()
    return [Row(one, now) for one in soon]


def rows_of(
    found: ApiIdentifierQuerySet, older: int | None, revealed: tuple[int, str] | None = None
) -> NumberedPage[Row]:
    """Return one page of rows, that of the revealed one if there is one, with its Key."""
    now, (pk, key) = timezone.now(), revealed or (0, "")
    page = page_by_number(found, older=older, size=PAGE_SIZE)
    if pk and all(one.pk != pk for one in page.rows):
        page = page_by_number(found, older=pk + 1, size=PAGE_SIZE)
    rows = [Row(one, now, key if one.pk == pk else "") for one in page.rows]
    return NumberedPage(rows, page.older)


def known(access: CompanyAccess, public_id: str, found: Collection[str] = ()) -> Integration | None:
    """Return an integration that the person may know of: ``found`` are those found by their key."""
    visible = Integration.objects.visible_to(access, found)
    return visible.filter(public_id=public_id).first() if public_id else None


def companies_of(access: CompanyAccess, identifier: ApiIdentifier) -> list[str]:
    """Return the names of the companies where one's own works, or would once it is resumed."""
    memberships = access.user.memberships.select_related("company").in_force()
    memberships = memberships.exclude(company__in=identifier.stops.values("company"))
    return [
        str(one.company.name)
        for one in memberships.order_by("company__name_folded")
        if opens_anything(one.grants)
    ]


def listed(access: CompanyAccess) -> list[Integration]:
    """Return the integrations of the company."""
    found = Integration.objects.visible_to(access).with_listed(access)
    return list(found.filter(Q(is_listed=True)))


def own(access: CompanyAccess, pk: int) -> ApiIdentifier:
    """Return one of the person's own; raises ApiIdentifier.DoesNotExist for any other."""
    return ApiIdentifier.objects.visible_to(access.user).select_related("integration").get(pk=pk)


def row_of(access: CompanyAccess, identifier: ApiIdentifier, key: str = "") -> Row:
    """Return the row of one of one's own identifiers as it is now."""
    mine = ApiIdentifier.objects.visible_to(access.user).in_company(access.company)
    return Row(mine.get(pk=identifier.pk), timezone.now(), key)


def answer(
    request: AuthenticatedRequest, access: CompanyAccess, identifier: ApiIdentifier, said: str
) -> HttpResponse:
    """Say what was done to one's own identifier: in place, or back on the list."""
    messages.success(request, said % {"user_id": identifier.user_id})
    if not request.htmx:
        return back_to(access, identifier)
    return render(request, "identifiers/_changed.html", {"row": row_of(access, identifier)})


def refuse(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    identifier: ApiIdentifier,
    why: str | Promise,
) -> HttpResponse:
    """Say why nothing was done, on the row or the list as it is now."""
    messages.error(request, str(why) % {"user_id": identifier.user_id})
    if request.htmx:
        context = {"row": row_of(access, identifier)}
        return render(request, "identifiers/_changed.html", context, status=CONFLICT)
    return show_list(request, access, list_of(identifier), status=CONFLICT)


def show_list(
    request: AuthenticatedRequest,
    access: CompanyAccess,
    name: str,
    *,
    revealed: tuple[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer one of the lists, at most one Key in it; 422 when its filter has a mistake."""
    own_form, form = OwnForm(request.GET), OverviewForm(request.GET)
    if not (own_form.is_valid() & form.is_valid()):
        status = 422
    found = request.session.get(FOUND, ())
    page = IdentifiersPage(name, access, own_form, form, revealed, found)
    return render(request, TEMPLATES[name], {"page": page}, status=status)


def back_to(access: CompanyAccess, identifier: ApiIdentifier) -> HttpResponseRedirect:
    """Lead back to the row of one's own identifier: the next Tab goes on from there."""
    page = reverse(list_of(identifier), args=[access.company.business_id])
    return redirect(f"{page}#i-{identifier.pk}")


def list_of(identifier: ApiIdentifier) -> str:
    """Return the name of the page that an identifier belongs to."""
    return EXCEL if identifier.purpose == Purpose.EXCEL else API
