"""What people send about client companies."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.companies.rules import Package
from apps.companies.texts import PACKAGES
from apps.office.clients import texts


class ClientFilter(forms.Form):
    """Which client companies are listed, in which order, and after which one a page starts."""

    q = forms.CharField(label=_("Name or business ID"), max_length=100, required=False)
    attention = forms.ChoiceField(
        label=_("Needs attention"), choices=texts.ATTENTION, required=False
    )
    traffic = forms.ChoiceField(label=_("API traffic"), choices=texts.TRAFFIC, required=False)
    package = forms.ChoiceField(
        label=_("Package"),
        choices=[texts.ALL, *((one.value, PACKAGES[one]) for one in Package)],
        required=False,
    )
    sort = forms.ChoiceField(choices=texts.SORTS, required=False, widget=forms.HiddenInput)
    after = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields that are picked from a list."""
        return [self[name] for name in ("attention", "traffic", "package")]
