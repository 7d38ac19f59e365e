"""What people type to find a company, and what site staff send to move one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.companies import texts
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.reads import ORDERS
from apps.core.forms import SearchField
from apps.core.lists import SortedListForm, moment, number, text


class FindCompanyForm(SortedListForm):
    """A name or business id, whole or in part."""

    ORDERS = ORDERS
    READERS: ClassVar = {
        "company__name_sorted": text,
        "company__business_id": text,
        "package_order": number,
        "ends": moment,
    }

    q = SearchField(label=_("Name or business ID"))
    sort = forms.ChoiceField(label=_("Sort by"), choices=texts.SORTS, required=False)

    @property
    def text(self) -> str:
        """What is looked for; nothing while there is a mistake."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class MoveForm(forms.Form):
    """The new office of a company, and whether each membership of the old one ends."""

    KEPT, ENDED = "keep", "end"
    NO_OFFICE = "none"

    office = forms.ChoiceField(label=_("New accounting office"))
    deliberate = forms.BooleanField(
        label=_("Move it even if nobody there will have the role KH or TPK"), required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        company: Company,
        offices: Iterable[AccountingOffice],
        members: Iterable[Membership],
    ) -> None:
        super().__init__(data)
        self.members = {f"member-{member.pk}": member for member in members}
        self.offices = {str(one.pk): one for one in offices}
        none = [(self.NO_OFFICE, _("No accounting office"))] if company.office_id else []
        named = [(pk, str(one)) for pk, one in self.offices.items()]
        self.fields["office"].choices = [("", _("Choose")), *named, *none]  # type: ignore[attr-defined]
        for name, member in self.members.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{member.user} ({member.role_codes or '–'})",
                choices=[(self.KEPT, _("Keep")), (self.ENDED, _("End now"))],
                widget=forms.RadioSelect,
            )

    def clean_office(self) -> AccountingOffice | None:
        """Return the office that was picked, or none if that was."""
        return self.offices.get(self.cleaned_data["office"])

    @property
    def asks_whether_deliberate(self) -> bool:
        """Whether it was refused, or agreed to before, that nobody is left."""
        return bool(self.is_bound and (self["deliberate"].errors or self["deliberate"].value()))

    @property
    def ended(self) -> set[int]:
        """The numbers of the memberships that site staff chose to end; the others are kept."""
        sent = self.cleaned_data
        return {one.pk for name, one in self.members.items() if sent[name] == self.ENDED}

    @property
    def choices(self) -> list[forms.BoundField]:
        """One question for each membership, which nobody answers for site staff."""
        return [self[name] for name in self.members]
