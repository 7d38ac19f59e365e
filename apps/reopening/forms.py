"""What the review page sends, and where it starts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
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


MOST = 1000
"""How many listings are answered at once, at most."""


class SetsField(forms.MultipleChoiceField):
    """Sets of resources in hexadecimal, taken together."""

    def clean(self, value: Any) -> ResourceSet:
        try:
            found = [ResourceSet.from_hex(written) for written in value or ()]
        except ValueError:
            raise forms.ValidationError(Reason.NO_SUCH) from None
        return reduce(or_, found, NOTHING)


class ItemsForm(forms.Form):
    """Some of what waits for one listing: resources chosen, sections, what was ``used``, or ``whole``.

    All but the first mean what the page showed, as a set in hexadecimal: what began to wait later
    was not reviewed. With ``change`` somebody goes back from the question to choose anew.
    """

    resource = forms.MultipleChoiceField(required=False)
    section = SetsField(required=False)
    used = SetsField(required=False)
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
        chosen = sent["resource"] | sent["section"]
        resources: ResourceSet = sent["used"] or sent["whole"] or chosen
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
        sections = self.cleaned_data.get("section", NOTHING)
        codes = (resource.code for resource in self.catalogue.of(whole | sections))
        return {*self._codes, *codes}


class SeveralForm(forms.Form):
    """The listings of which all that waits is reopened, or with ``only_used`` what of it was used.

    ``all`` means all listings that the page showed. Each is "<public id>:<set in hexadecimal>", or
    "general:<set>".
    """

    all = forms.BooleanField(required=False)
    only_used = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        sent = self.cleaned_data if self.is_valid() else {}
        self.written = data.getlist("shown" if sent.get("all") else "listing")
        self.used = data.getlist("used") if sent.get("only_used") else None

    @property
    def wanted(self) -> dict[str, ResourceSet]:
        """What is reopened, by what names the listing; raises Refused when that is nothing."""
        if not self.written:
            raise Refused(Reason.NO_LISTING)
        wanted = sets_of(self.written)
        if self.used is None:
            return wanted
        used = {key: found for key, found in sets_of(self.used).items() if key in wanted}
        if not used:
            raise Refused(Reason.NONE_USED)
        return used


def sets_of(written: Sequence[str]) -> dict[str, ResourceSet]:
    """Read what names listings, with a set of each; raises Refused for anything else."""
    try:
        pairs = [one.partition(":") for one in written[:MOST]]
        return {key: ResourceSet.from_hex(stored) for key, _colon, stored in pairs}
    except ValueError:
        raise Refused(Reason.NO_SUCH) from None
