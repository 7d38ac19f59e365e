"""The page where a bulk change is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from apps.bulk import texts
from apps.bulk.forms import MATCHING, SHOWN_AT_MOST, CompaniesForm, WishForm
from apps.bulk.models import BulkChange
from apps.bulk.rules import State
from apps.clients.queries import Clients
from apps.companies.access import OfficeAccess
from apps.companies.models import Company, CompanyQuerySet
from apps.companies.texts import company_count
from apps.resources.catalogue import CatalogueSection

LAST = 10
"""How many earlier bulk changes are listed."""


@dataclass(frozen=True)
class Chooser:
    """The page where a bulk change is put together."""

    clients: Clients
    wish: WishForm
    form: CompaniesForm
    previewing: bool

    @property
    def access(self) -> OfficeAccess:
        """Whose client companies they are."""
        return self.clients.access

    @cached_property
    def found(self) -> CompanyQuerySet:
        """The client companies that the filter and the pasted ids find; none while it is wrong."""
        if not self.form.is_valid():
            return self.access.companies.none()
        companies = self.clients.found(self.form.cleaned_data)
        asked = self.form.cleaned_data["ids"]
        return companies.filter(business_id__in=asked) if asked else companies

    @property
    def chosen(self) -> CompanyQuerySet:
        """Those of them that the person chose."""
        return self.form.chosen(self.found)

    @cached_property
    def complaint(self) -> str | Promise:
        """What keeps a preview of these companies from being made; nothing if nothing does."""
        if not self.previewing or not self.form.is_valid():
            return ""
        if self.form.is_stale:
            return texts.STALE
        return "" if self.chosen.exists() else texts.NO_COMPANIES

    @property
    def ready(self) -> bool:
        """Whether a draft can be made."""
        wish = self.previewing and self.wish.is_valid()
        return bool(wish and self.form.is_valid() and not self.complaint)

    @property
    def wrong(self) -> bool:
        """Whether something that was sent has a mistake."""
        return bool(self.form.errors or self.complaint or (self.previewing and self.wish.errors))

    @property
    def unticked(self) -> CompanyQuerySet:
        """The found companies that were left out."""
        return self.found.filter(business_id__in=self.form.unticked)

    @cached_property
    def left_out(self) -> list[Company]:
        """Those of them that are not shown below."""
        shown = {company.business_id for company, _ticked in self.rows}
        rest = self.form.unticked - shown
        return list(self.access.companies.filter(business_id__in=rest)) if rest else []

    @property
    def left_out_ids(self) -> str:
        """Their business ids, for the next list."""
        return " ".join(company.business_id for company in self.left_out)

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
        asked = self.form.cleaned_data["ids"] if self.form.is_valid() else []
        if not asked:
            return []
        clients = self.access.companies.filter(business_id__in=asked)
        return sorted(set(asked) - set(clients.values_list("business_id", flat=True)))

    @property
    def sections(self) -> list[CatalogueSection]:
        """The sections, for choosing single resources."""
        return self.clients.catalogue.sections

    @property
    def codes(self) -> list[str]:
        """The single resources that are ticked."""
        return list(self.wish["code"].value() or [])

    @property
    def found_words(self) -> str:
        """How many companies match, in words."""
        return company_count(self.total)

    @property
    def hidden(self) -> int:
        """How many match that are not shown."""
        return self.total - len(self.rows)

    @property
    def all_shown(self) -> str:
        """The words for those that are shown."""
        return _("All %(count)d shown") % {"count": len(self.rows)}

    @property
    def all_matching(self) -> str:
        """The words for all that match."""
        return _("All %(count)d that match") % {"count": self.total}

    @property
    def last(self) -> list[tuple[BulkChange, str]]:
        """The person's last bulk changes that were started, with what each wanted."""
        return [(change, texts.heading(change, change.done)) for change in self._started]

    @property
    def _started(self) -> QuerySet[Any]:
        mine = BulkChange.objects.visible_to(self.access.user).exclude(started_at=None)
        done = Count("items", filter=Q(items__state=State.DONE))
        return mine.annotate(done=done).order_by("-started_at", "-pk")[:LAST]
