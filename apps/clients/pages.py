"""What the views of client companies share: loading the list, and its rows as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise, cached_property

from apps.clients import texts
from apps.clients.facts import Client
from apps.clients.forms import ClientFilter
from apps.clients.queries import ORDERS, Clients, order_of, with_identifiers
from apps.companies.access import OfficeAccess
from apps.companies.models import CompanyQuerySet
from apps.companies.texts import company_count
from apps.core.paging import Page, page_by

PAGE_SIZE = 50
FALLS = {sort: order[0].startswith("-") for sort, order in ORDERS.items()}


@dataclass(frozen=True)
class Head:
    """The head of a column that the list can be sorted by."""

    label: Promise
    sort: str
    direction: str
    current: bool

    @property
    def icon(self) -> str:
        """The arrow that shows the direction."""
        return "down" if self.direction == "descending" else "up"


@dataclass(frozen=True)
class ClientsPage:
    """The client companies that a filter means; of one with mistakes, its other fields count."""

    clients: Clients
    form: ClientFilter

    @classmethod
    def asked(cls, access: OfficeAccess, sent: QueryDict) -> ClientsPage:
        """Return the page that an address means."""
        clients = Clients(access)
        return cls(clients, ClientFilter(sent, integrations=clients.integrations))

    @property
    def access(self) -> OfficeAccess:
        """Whose client companies they are."""
        return self.clients.access

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many companies there are, need attention, and are found."""
        return self.clients.counts(self.form.cleaned_data)

    @cached_property
    def page(self) -> Page[Any]:
        """The rows of one page."""
        sent = self.form.cleaned_data
        after = sent.get("after", "")
        order, everywhere = order_of(sent), self.clients.all
        found = page_by(self.found, order, after=after, size=PAGE_SIZE, among=everywhere)
        boards = self.clients.boards(found.rows)
        return Page([Client(one, boards[one.pk]) for one in found.rows], found.next_after)

    @property
    def table(self) -> Iterator[list[object]]:
        """The rows of all pages, each a list of what its columns say."""
        boards = self.clients.boards(self.access.companies)
        for one in self.found:
            yield Client(one, boards[one.pk]).cells

    @property
    def found(self) -> CompanyQuerySet:
        """The companies, with what their rows show."""
        return with_identifiers(self.clients.found(self.form.cleaned_data)).select_related("office")

    @property
    def heads(self) -> dict[str, Head]:
        """The heads of the columns that the list can be sorted by."""
        now = self.form.cleaned_data.get("sort", "")
        return {
            sort or "name": Head(
                label, sort, "descending" if FALLS[sort] else "ascending", sort == now
            )
            for sort, label in texts.SORTS
        }

    @property
    def size(self) -> str:
        """How many companies of which office there are, in words."""
        return texts.size(self.counts["all"], [one.name for one in self.access.all_offices])

    @property
    def needing(self) -> str:
        """How many of them need attention, in words that go on from there."""
        return texts.needing(self.counts["needing"])

    @property
    def number_found(self) -> str:
        """How many companies the filter means, in words."""
        return company_count(self.counts["found"])

    @property
    def shows_offices(self) -> bool:
        """Whether the companies may belong to several offices."""
        return len(self.access.all_offices) > 1
