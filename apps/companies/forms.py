"""What people type to find a company, and what site staff send to move one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.companies.models import AccountingOffice, Company, Membership


class FindCompanyForm(forms.Form):
    """A name or business id, whole or in part, and the key that a page starts after."""

    q = forms.CharField(
        label=_("Name or business ID"), max_length=100, required=False, widget=forms.SearchInput
    )
    after = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """The new office of a company, and whether each membership of the old one ends."""

    KEPT, ENDED = "keep", "end"

    office = forms.ModelChoiceField(
        AccountingOffice.objects.all(),
        label=_("New accounting office"),
        required=False,
        empty_label=_("None"),
    )
    deliberate = forms.BooleanField(
        label=_("Move it even if nobody holds KH or TPK there afterwards"), required=False
    )

    def __init__(self, data: Any, *, company: Company, members: Iterable[Membership]) -> None:
        super().__init__(data)
        self.company = company
        self.members = {f"member-{member.pk}": member for member in members}
        for name, member in self.members.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{member.user} ({member.role_codes or '–'})",
                choices=[(self.KEPT, _("Keep")), (self.ENDED, _("End now"))],
                widget=forms.RadioSelect,
            )

    def clean_office(self) -> AccountingOffice | None:
        """Refuse the office that the company has."""
        office: AccountingOffice | None = self.cleaned_data["office"]
        if office == self.company.office:
            raise forms.ValidationError(_("The company has this office already."))
        return office

    @property
    def ended(self) -> set[int]:
        """The memberships that are to end."""
        sent = self.cleaned_data
        return {one.pk for name, one in self.members.items() if sent[name] == self.ENDED}

    @property
    def choices(self) -> list[forms.BoundField]:
        """The questions about memberships."""
        return [self[name] for name in self.members]
