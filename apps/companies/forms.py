"""What people type to find a company."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindCompanyForm(forms.Form):
    """A name or business id, whole or in part, and the key that a page starts after."""

    q = forms.CharField(label=_("Name or business ID"), max_length=100, required=False)
    after = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)
