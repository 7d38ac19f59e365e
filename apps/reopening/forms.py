"""What the review page sends."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property

from apps.reopening import texts
from apps.resources.catalogue import Catalogue
from apps.resources.rules import NOTHING, ResourceSet


class ItemsForm(forms.Form):
    """Some of what waits for one listing: the resources chosen, or ``whole``.

    Whole means what the page showed, as a set in hexadecimal: what began to wait later was not
    reviewed. With ``change`` somebody goes back from the question to choose anew.
    """

    resource = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": texts.NO_SUCH}
    )
    whole = forms.CharField(max_length=64, required=False)
    change = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, catalogue: Catalogue) -> None:
        super().__init__(data)
        self.catalogue = catalogue
        self._codes = data.getlist("resource")
        field: Any = self.fields["resource"]
        field.choices = [(code, code) for code in catalogue.by_code]

    def clean_resource(self) -> ResourceSet:
        """Return the resources chosen."""
        codes = self.cleaned_data["resource"]
        return ResourceSet(self.catalogue.by_code[code].position for code in codes)

    def clean_whole(self) -> ResourceSet:
        """Return everything that the page showed."""
        text = self.cleaned_data["whole"]
        try:
            return ResourceSet.from_hex(text) if text else ResourceSet()
        except ValueError:
            raise ValidationError(texts.NO_SUCH) from None

    def clean(self) -> dict[str, Any]:
        """Put what is answered into ``cleaned_data["resources"]``."""
        sent = self.cleaned_data
        if not self.errors:
            sent["resources"] = sent["whole"] or sent["resource"]
            if not sent["resources"]:
                raise ValidationError(texts.NONE_CHOSEN)
        return sent

    @cached_property
    def chosen(self) -> set[str]:
        """The codes that were sent, right or wrong, each or as part of the whole."""
        whole = self.catalogue.of(self.cleaned_data.get("whole", NOTHING))
        return {*self._codes, *(resource.code for resource in whole)}

    @property
    def why(self) -> str:
        """The first thing that is wrong, in a sentence."""
        return str(next(iter(self.errors.values()))[0])
