"""What people send about client companies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.clients import texts
from apps.clients.reads import ORDERS
from apps.companies.fields import clean_business_id
from apps.companies.models import AccountingOffice
from apps.companies.rules import Package
from apps.companies.texts import PACKAGES
from apps.core.forms import CodeField, FocusesErrors, MakesOnce, NameField, SearchField
from apps.core.lists import SortedListForm, moment, number, text
from apps.resources.models import Integration

LISTS = ("attention", "traffic", "package", "uses", "how")
PACKAGE_CHOICES = [(package.value, PACKAGES[package]) for package in Package]


class ClientFilter(SortedListForm):
    """Which client companies are listed, in which order, and after which one a page starts."""

    ORDERS = ORDERS
    READERS: ClassVar = {
        "name_sorted": text,
        "business_id": text,
        "attention_order": number,
        "traffic_order": number,
        "package_order": number,
        "integrations": number,
        "changed_at": moment,
    }

    q = SearchField(label=_("Name or business ID"))
    attention = forms.ChoiceField(
        label=_("Needs attention"), choices=texts.ATTENTION, required=False
    )
    traffic = forms.ChoiceField(label=_("API traffic"), choices=texts.TRAFFIC, required=False)
    package = forms.ChoiceField(
        label=_("Package"),
        choices=[texts.ALL, *PACKAGE_CHOICES],
        required=False,
    )
    uses = forms.ChoiceField(label=_("By integration"), required=False)
    how = forms.ChoiceField(label=_("Integration's state"), choices=texts.HOW, required=False)
    sort = forms.ChoiceField(label=_("Sort by"), choices=texts.SORTS, required=False)

    def __init__(self, data: Any, *, integrations: Iterable[Integration] = ()) -> None:
        super().__init__(data)
        names = [(one.public_id, one.name) for one in integrations]
        self.fields["uses"].choices = [texts.ALL, *names]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for; of a form with mistakes, its other fields."""
        self.is_valid()
        return self.cleaned_data

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields that are picked from a list."""
        return [self[name] for name in (*LISTS, "sort")]

    @property
    def picks(self) -> bool:
        """Whether anything is picked from a list, so that the lists are not folded away."""
        return any(self.data.get(name) for name in LISTS)

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(self.data.get(name) for name in ("q", *LISTS) if name != "how")


class NewClientForm(MakesOnce, FocusesErrors):
    """A client company to be founded; the office is asked for where there is a choice."""

    name = NameField(
        label=_("Company name"), max_length=200, widget=forms.TextInput(attrs={"autofocus": True})
    )
    business_id = CodeField(
        label=_("Business ID"), max_length=20, help_text=_("For example 1234567-1.")
    )
    package = forms.ChoiceField(label=_("Package"), choices=[("", _("Choose")), *PACKAGE_CHOICES])
    office = forms.ChoiceField(label=_("Accounting office"))

    def __init__(self, data: QueryDict | None, *, offices: Sequence[AccountingOffice]) -> None:
        super().__init__(data)
        self.offices = {str(office.pk): office for office in offices}
        field = self.fields["office"]
        field.choices = [(pk, one.name) for pk, one in self.offices.items()]  # type: ignore[attr-defined]
        if len(offices) == 1:
            field.initial, field.disabled = str(offices[0].pk), True
            field.widget = forms.HiddenInput()

    def clean_business_id(self) -> str:
        """Return the business id in its usual form."""
        return clean_business_id(self.cleaned_data["business_id"])

    def clean_office(self) -> AccountingOffice:
        """Return the office itself; only those of the person can be picked."""
        return self.offices[self.cleaned_data["office"]]
