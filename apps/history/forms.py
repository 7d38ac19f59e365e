"""What people look for in the history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.audit.models import GENERAL
from apps.core.days import end_of, start_of
from apps.core.forms import SearchField, day_field
from apps.core.lists import ListForm, Order, row_number
from apps.core.text import fold, sort_key
from apps.history import texts
from apps.history.rules import Asked, Kind
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, ResourceSet
from apps.rights.rules import found
from apps.rights.texts import name_of

NOBODY, SYSTEM = 0, "system"
"""Stand for whoever acted without being signed in."""


def query_of(data: QueryDict) -> str:
    """Return the part of an address that holds the filter of the history, with its question mark."""
    asked = HistoryForm.declared_fields.keys() - {"after"}
    kept = {name: str(value) for name, value in data.items() if name in asked and value}
    return f"?{urlencode(kept)}" if kept else ""


class HistoryForm(ListForm):
    """Which events of a company are shown."""

    ORDER: ClassVar[Order] = {"-pk": row_number}

    resource = SearchField(label=gettext_lazy("Resource"))
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    integration = forms.ChoiceField(label=gettext_lazy("Integration"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=texts.KINDS, required=False)
    since = day_field(pgettext_lazy("period", "From"))
    until = day_field(pgettext_lazy("period", "To"))

    def __init__(
        self,
        data: QueryDict,
        *,
        people: Mapping[int | None, str],
        integrations: Collection[Integration],
        catalogue: Catalogue,
    ) -> None:
        super().__init__(data, auto_id="f-%s")
        self.catalogue = catalogue
        self.numbers = {str(pk or SYSTEM): pk or NOBODY for pk in people}
        self.whose = {"general": GENERAL, **{one.public_id: one.pk for one in integrations}}
        named = zip(self.numbers, map(str, texts.people(people).values()), strict=True)
        self._offer("person", sorted(named, key=lambda one: sort_key(one[1])))
        names = [name_of(None), *(one.name for one in integrations)]
        self._offer("integration", zip(self.whose, names, strict=True))

    def _offer(self, name: str, choices: Any) -> None:
        anybody = ("", pgettext_lazy("filter", "All"))
        self.fields[name].choices = [anybody, *choices]  # type: ignore[attr-defined]

    def clean_resource(self) -> ResourceSet | None:
        """Return the one resource with this code, else those in whose words the text occurs."""
        text = self.cleaned_data["resource"]
        if exact := self.catalogue.by_code.get(fold(text)):
            return ResourceSet([exact.position])
        return found(text, self.catalogue) if text else None

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        sent = super().clean()
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", str(texts.ENDS_TOO_EARLY))
        return sent

    @property
    def asked(self) -> Asked:
        """What a form without mistakes asks for."""
        sent = self.cleaned_data
        return Asked(
            resources=sent["resource"],
            actor=self.numbers.get(sent["person"]),
            whose=self.whose.get(sent["integration"]),
            kind=Kind(sent["kind"]) if sent["kind"] else None,
            since=start_of(sent["since"]) if sent["since"] else None,
            until=end_of(sent["until"]) if sent["until"] else None,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether not everything is asked for."""
        return bool(self.query)

    @property
    def query(self) -> str:
        """The part of an address that holds the filter, with its question mark."""
        return query_of(self.data)  # type: ignore[arg-type]


class DayForm(forms.Form):
    """The day at whose end one wants to know the rights."""

    on = day_field(gettext_lazy("Date"), required=True)
    find = SearchField(label=gettext_lazy("Find a resource"))

    def looked_for(self, catalogue: Catalogue) -> ResourceSet:
        """Return the resources that a form without mistakes looks for; all without a text."""
        return (
            found(self.cleaned_data["find"], catalogue) if self.cleaned_data["find"] else EVERYTHING
        )

    def clean_on(self) -> date:
        """Refuse a day that has not begun."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(texts.NOT_YET)
        return day

    @property
    def day(self) -> date:
        """The day that a form without mistakes asks for."""
        day: date = self.cleaned_data["on"]
        return day
