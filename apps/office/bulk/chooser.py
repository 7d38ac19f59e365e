"""The page where a bulk change is put together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from apps.companies.models import Company, CompanyQuerySet
from apps.companies.office import OfficeAccess
from apps.office.bulk.forms import MATCHING, SHOWN_AT_MOST, CompaniesForm, WishForm
from apps.office.bulk.models import BulkChange
from apps.office.bulk.pages import BulkPage
from apps.office.clients.queries import found
from apps.resources.catalog.snapshot import Catalogue, CatalogueSection

LAST = 10
"""How many earlier bulk changes are listed."""


@dataclass(frozen=True)
class Chooser:
    """The page where a bulk change is put together."""

    access: OfficeAccess
    catalogue: Catalogue
    wish: WishForm
    form: CompaniesForm

    @cached_property
    def found(self) -> CompanyQuerySet:
        """The client companies that the filter and the pasted ids find; none while it is wrong."""
        if not self.form.is_valid():
            return self.access.companies.none()
        companies = found(self.access, self.form.cleaned_data)
        asked = self.form.ids_asked
        return companies.filter(business_id__in=asked) if asked else companies

    @property
    def chosen(self) -> CompanyQuerySet:
        """Those of them that the person chose."""
        return self.form.chosen(self.found)

    @cached_property
    def rows(self) -> list[tuple[Company, bool]]:
        """The companies shown, each with whether it is ticked."""
        unticked = self.form.unticked
        return [(one, one.business_id not in unticked) for one in self.found[:SHOWN_AT_MOST]]

    @cached_property
    def total(self) -> int:
        """How many companies match."""
        if len(self.rows) < SHOWN_AT_MOST:
            return len(self.rows)
        return self.found.count()

    @property
    def takes_matching(self) -> bool:
        """Whether all that match are meant, not only those shown."""
        return self.form.data.get("take") == MATCHING

    @cached_property
    def unknown_ids(self) -> list[str]:
        """The pasted business ids that no client company has."""
        asked = self.form.ids_asked if self.form.is_valid() else []
        if not asked:
            return []
        clients = self.access.companies.filter(business_id__in=asked)
        return sorted(set(asked) - set(clients.values_list("business_id", flat=True)))

    @property
    def sections(self) -> list[CatalogueSection]:
        """The sections, for choosing single resources."""
        return self.catalogue.sections

    @property
    def codes(self) -> list[str]:
        """The single resources that are ticked."""
        return list(self.wish["code"].value() or [])

    @property
    def last(self) -> list[BulkPage]:
        """The person's last bulk changes that were started."""
        started = BulkChange.objects.visible_to(self.access.user).exclude(started_at=None)
        return [BulkPage(change, self.catalogue) for change in started[:LAST]]
