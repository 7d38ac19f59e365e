"""Addresses of the change history: read the form, ask or call a service, answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.companies.access import CompanyAccess, company_change, company_view
from apps.companies.rules import Capability
from apps.core.csv import csv_answer
from apps.core.days import end_of
from apps.core.http import AuthenticatedRequest
from apps.core.lists import show_list
from apps.core.refusals import Reason
from apps.history import reads, texts
from apps.history.forms import DayForm, HistoryForm, query_of
from apps.history.page import (
    PAGE_SIZE,
    HistoryPage,
    May,
    Rights,
    RightsPage,
    cells,
    cells_of_rights,
    lines,
)
from apps.identifiers import services as identifiers
from apps.identifiers.tasks import tell_owner
from apps.identifiers.texts import ALLOWED, IS_SO
from apps.resources import reads as resources
from apps.rights.forms import UndoForm
from apps.rights.services import put_back as put_back_change
from apps.rights.texts import REFUSALS, undone
from apps.security.services import exported


class Past(ABC):
    """What is looked for in a company's past: one form, what it finds, and the same as a file.

    While the form has a mistake both answer the page with nothing found, and 422.
    """

    template: ClassVar[str]
    form: forms.Form

    def __init__(self, request: AuthenticatedRequest, access: CompanyAccess) -> None:
        self.request, self.access = request, access
        self.catalogue = resources.catalogue()

    @abstractmethod
    def found(self) -> object:
        """Return what the form finds, laid out."""

    @abstractmethod
    def table(self) -> HttpResponse:
        """Return the same as a file."""

    def as_page(self) -> HttpResponse:
        """Answer what was found; nothing, and 422, while the form has a mistake."""
        found = self.found() if self.form.is_valid() else None
        return show_list(self.request, self.template, self.form, found)

    def as_file(self) -> HttpResponse:
        """Answer the file, or the page that says which mistake the form has."""
        return self.table() if self.form.is_valid() else self.as_page()


class Changes(Past):
    """What happened in the company, newest first."""

    template = "history/history.html"
    form: HistoryForm

    def __init__(self, request: AuthenticatedRequest, access: CompanyAccess) -> None:
        super().__init__(request, access)
        self.census = reads.census(access, self.catalogue)
        self.form = HistoryForm(
            request.GET,
            people=self.census.actors,
            integrations=self.census.integrations.values(),
            catalogue=self.catalogue,
        )

    def found(self) -> HistoryPage:
        asked = self.form.asked
        heads = reads.with_stops(self.access, reads.heads(self.access, asked))
        page = self.form.page(heads, PAGE_SIZE)
        groups = reads.groups(self.access, asked, page.rows)
        may = May(self.access.may_edit_rights, self.access.oversees_identifiers)
        shown = lines(groups, self.census, may)
        found = reads.how_many(self.access, asked) if self.form.query else None
        return HistoryPage.of(shown, page.next_key, found)

    def table(self) -> HttpResponse:
        events = reads.one_by_one(self.access, self.form.asked)
        name = f"changes-{self.access.company.business_id}.csv"
        exported(self.request, self.access, name)
        return csv_answer(name, texts.HEADS, (cells(event, self.census) for event in events))


class RightsOn(Past):
    """The rights of the company at the end of a day; first of today."""

    template = "history/rights_on.html"
    form: DayForm

    def __init__(self, request: AuthenticatedRequest, access: CompanyAccess) -> None:
        super().__init__(request, access)
        today = {"on": timezone.localdate().isoformat()}
        self.form = DayForm(request.GET if "on" in request.GET else today)

    def found(self) -> RightsPage:
        looked_for = self.form.looked_for(self.catalogue)
        return RightsPage.of(self.form.day, self._rights(), self.catalogue, looked_for)

    def table(self) -> HttpResponse:
        name = f"rights-{self.access.company.business_id}-{self.form.day}.csv"
        exported(self.request, self.access, name)
        rows = cells_of_rights(self._rights(), self.catalogue)
        return csv_answer(name, texts.HEADS_OF_RIGHTS, rows)

    def _rights(self) -> Rights:
        return reads.listed_before(self.access, self.catalogue, end_of(self.form.day))


@company_view(Capability.VIEW_HISTORY)
def history(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """List what happened in the company, newest first."""
    return Changes(request, access).as_page()


@company_view(Capability.VIEW_HISTORY)
def history_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer exactly the filtered events as a file, one line each."""
    return Changes(request, access).as_file()


@company_view(Capability.VIEW_HISTORY, Capability.VIEW_RIGHTS)
def rights_on(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Show the rights of the company as they were at the end of a day."""
    return RightsOn(request, access).as_page()


@company_view(Capability.VIEW_HISTORY, Capability.VIEW_RIGHTS)
def rights_on_csv(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Answer them as a file, one line for each integration and resource."""
    return RightsOn(request, access).as_file()


def address(access: CompanyAccess, **_parts: object) -> str:
    """Return where a company's history is."""
    return reverse("history", args=[access.company.business_id])


def refused(
    request: AuthenticatedRequest, access: CompanyAccess, reason: Reason, **_parts: object
) -> HttpResponse:
    """Say on the history why nothing was put back."""
    messages.error(request, str(REFUSALS[reason]))
    return Changes(request, access).as_page()


@company_change(Capability.EDIT_RIGHTS, refused=refused, back=address)
def put_back(request: AuthenticatedRequest, access: CompanyAccess) -> HttpResponse:
    """Take back one change of rights, and go back to what was looked for."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    event = form.cleaned_data["event"]
    change = put_back_change(access, reads.target(access, event), event)
    said = undone(*change.about, allowed=change.ends_allowed, stays_listed=change.stays_listed)
    messages.success(request, said)
    return redirect(address(access) + query_of(request.GET))


@company_change(Capability.OVERSEE_IDENTIFIERS, refused=refused, back=address)
def allow_again(request: AuthenticatedRequest, access: CompanyAccess, pk: int) -> HttpResponse:
    """Let an identifier that was stopped here work again, and tell its owner."""
    identifier, news = identifiers.allow(access, pk)
    if news:
        tell_owner.enqueue(pk, access.company.pk, access.user.pk, stopped=False)
    said = ALLOWED if news else IS_SO
    messages.success(request, said % {"user_id": identifier.user_id})
    return redirect(address(access) + query_of(request.GET))
