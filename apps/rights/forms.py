"""What the rights page sends: wishes, names and keys."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from apps.companies.access import CompanyAccess
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet, Scope, Wish
from apps.rights import texts
from apps.rights.filters import Filter, Show

ALL, NEEDED, GENERAL, SHOWN, SECTION = "all", "needed", "general", "shown", "section:"
MATCHES = 8


class FilterForm(forms.Form):
    """What a person looks for; ``shown`` and ``keep`` are sets in hexadecimal."""

    find = forms.CharField(label=_("Find a resource"), max_length=4000, required=False)
    show = forms.TypedChoiceField(
        label=_("Show"), choices=texts.SHOW, coerce=Show, empty_value=Show.ALL, required=False
    )
    keep = forms.CharField(max_length=64, required=False)
    shown = forms.CharField(max_length=64, required=False)

    def clean_keep(self) -> ResourceSet:
        """Return the rows that stay."""
        return _set(self.cleaned_data["keep"])

    def clean_shown(self) -> ResourceSet:
        """Return the rows that the person saw."""
        return _set(self.cleaned_data["shown"])

    @property
    def used(self) -> bool:
        """Whether anything was sent, right or wrong."""
        return bool(self.data)

    @property
    def filter(self) -> Filter:
        """The filter; one that finds everything while the form has a mistake."""
        if not self.is_valid():
            return Filter()
        sent = self.cleaned_data
        return Filter(sent["find"], sent["show"], sent["keep"])

    @property
    def rows(self) -> ResourceSet:
        """The rows that the person saw while a filter was in use; none while there is a mistake."""
        seen: ResourceSet = self.cleaned_data["shown"] if self.is_valid() else NOTHING
        return seen


def _set(text: str) -> ResourceSet:
    try:
        return ResourceSet.from_hex(text) if text else NOTHING
    except ValueError:
        raise ValidationError(_("Nothing was changed: there is no such resource.")) from None


UNFILTERED = FilterForm({})
"""One for all presses without a filter; cleaned here, so that threads only read it."""
UNFILTERED.full_clean()


def first_mistake(form: forms.Form) -> str:
    """Return the first thing that is wrong, in a sentence."""
    return str(next(iter(form.errors.values()))[0])


def filter_sent(data: Mapping[str, Any]) -> FilterForm:
    """Return the filter in use where a button was pressed; most often there is none."""
    return FilterForm(data) if data.keys() & FilterForm.base_fields.keys() else UNFILTERED


class WishForm(forms.Form):
    """One press of a switch: its button is named ``allow`` or ``block`` and carries what.

    What is a resource's code, ``section:<code>``, ``all``, ``needed``, ``general`` or, while a
    filter is in use, ``shown``: the rows that the person saw, as far as the filter finds them.
    """

    allow = forms.CharField(max_length=100, required=False)
    block = forms.CharField(max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse two buttons, none, and a filter with a mistake."""
        sent = self.cleaned_data
        if not self.errors and bool(sent["allow"]) == bool(sent["block"]):
            raise ValidationError(_("Nothing was changed: ask either to allow or to block."))
        if not self.filter_form.is_valid():
            raise ValidationError(first_mistake(self.filter_form))
        return sent

    @cached_property
    def filter_form(self) -> FilterForm:
        """The filter that was in use."""
        return filter_sent(self.data)

    @property
    def allows(self) -> bool:
        """Whether the pressed button allows."""
        return bool(self.cleaned_data["allow"])

    def wish(self, catalogue: Catalogue) -> Wish:
        """Return what is wished; raises ValidationError for what the catalogue does not know."""
        what = self.cleaned_data["allow"] or self.cleaned_data["block"]
        if what == NEEDED:
            return Wish(allow=self.allows, scope=Scope.NEEDED)
        if what == GENERAL and self.allows:
            return Wish(allow=True, scope=Scope.GENERAL)
        resources = self.resources(what, catalogue)
        return Wish(allow=self.allows, scope=Scope.RESOURCES, resources=resources)

    def resources(self, what: str, catalogue: Catalogue) -> ResourceSet:
        """Return the resources that a code, a section, the rows shown or everything stands for."""
        if what == ALL:
            return EVERYTHING
        if what == SHOWN:
            return self.filter_form.rows & self.filter_form.filter.reach(catalogue)
        if what.startswith(SECTION):
            section = catalogue.section(what.removeprefix(SECTION))
            return section.positions if section else NOTHING
        if resource := catalogue.by_code.get(what):
            return ResourceSet([resource.position])
        raise ValidationError(_("Nothing was changed: there is no such resource."))


class UndoForm(forms.Form):
    """Which change to take back."""

    event = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class SearchForm(forms.Form):
    """The name of a finished integration, whole or in part."""

    name = forms.CharField(label=_("Integration name"), max_length=100, required=False)

    @property
    def used(self) -> bool:
        """Whether anything was sent, right or wrong."""
        return bool(self.data.get("name"))

    @property
    def typed(self) -> bool:
        """Whether there is something to search for."""
        return self.is_valid() and bool(self.cleaned_data["name"])

    def matches(self, access: CompanyAccess) -> list[Integration]:
        """Return the first finished integrations whose name contains the text."""
        if not self.typed:
            return []
        found = Integration.objects.visible_to(access).named(self.cleaned_data["name"])
        return list(found.with_listed(access)[:MATCHES])


class AccessKeyForm(forms.Form):
    """The access key of a custom integration."""

    access_key = forms.CharField(label=_("Access key"), max_length=200, strip=True)

    def clean_access_key(self) -> str:
        """Return the key as keys are written: upper case."""
        return str(self.cleaned_data["access_key"]).upper()

    def refuse(self, why: str | Promise) -> None:
        """Show a message at the field."""
        self.full_clean()
        self.add_error("access_key", str(why))
