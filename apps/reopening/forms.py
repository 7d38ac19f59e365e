"""What the review page sends, and where it starts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from apps.core.lists import ListForm, Order, number, text
from apps.core.refusals import Refused
from apps.reopening.rules import Reason
from apps.resources.catalogue import Catalogue
from apps.resources.rules import NOTHING, ResourceSet


class ReviewForm(ListForm):
    """Which part of what waits is shown: that behind a key."""

    ORDER: ClassVar[Order] = {"name": text, "pk": number}


class ItemsForm(forms.Form):
    """Some of what waits for one listing: the resources chosen, or ``whole``.

    Whole means what the page showed, as a set in hexadecimal: what began to wait later was not
    reviewed. With ``change`` somebody goes back from the question to choose anew.
    """

    resource = forms.MultipleChoiceField(required=False)
    whole = forms.CharField(max_length=64, required=False)
    change = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, catalogue: Catalogue) -> None:
        super().__init__(data)
        self.catalogue = catalogue
        self._codes = data.getlist("resource")
        field: Any = self.fields["resource"]
        field.choices = [(code, code) for code in catalogue.by_code]

    def clean_resource(self) -> ResourceSet:
        """Return the set of the codes that were ticked; all of them are in the catalogue."""
        codes = self.cleaned_data["resource"]
        return ResourceSet(self.catalogue.by_code[code].position for code in codes)

    def clean_whole(self) -> ResourceSet:
        """Return everything that the page showed, which it carried as a set."""
        written = self.cleaned_data["whole"]
        try:
            return ResourceSet.from_hex(written) if written else NOTHING
        except ValueError:
            raise forms.ValidationError(Reason.NO_SUCH) from None

    @property
    def resources(self) -> ResourceSet:
        """What is answered; raises Refused when that is nothing, or what there is not."""
        if not self.is_valid():
            raise Refused(Reason.NO_SUCH)
        sent = self.cleaned_data
        resources: ResourceSet = sent["whole"] or sent["resource"]
        if not resources:
            raise Refused(Reason.NONE_CHOSEN)
        return resources

    @property
    def goes_back(self) -> bool:
        """Whether somebody wants to choose anew."""
        return self.is_valid() and bool(self.cleaned_data["change"])

    @property
    def chosen(self) -> set[str]:
        """The codes that were sent, right or wrong, each or as part of the whole."""
        whole = NOTHING if "whole" in self.errors else self.cleaned_data["whole"]
        codes = (resource.code for resource in self.catalogue.of(whole))
        return {*self._codes, *codes}
