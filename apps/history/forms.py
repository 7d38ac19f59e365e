"""What people look for in the history."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.audit.models import AuditEventQuerySet
from apps.core.text import fold
from apps.history import texts
from apps.history.facts import Census
from apps.history.rules import BEGINNINGS, Kind
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet
from apps.rights.filters import found
from apps.rights.services import GENERAL
from apps.rights.texts import name_of

SYSTEM = "system"
"""Stands for whoever acted without being signed in."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    """Return a field for a day in the server's time zone."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=widget,
        validators=limits,
    )


def start_of(day: date) -> datetime:
    """Return the first moment of a day in the server's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


class HistoryForm(forms.Form):
    """Which events of a company are shown."""

    resource = forms.CharField(
        label=gettext_lazy("Resource"),
        max_length=200,
        required=False,
        widget=forms.SearchInput,
    )
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    integration = forms.ChoiceField(label=gettext_lazy("Integration"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=texts.KINDS, required=False)
    since = day_field(pgettext_lazy("period", "From"))
    until = day_field(pgettext_lazy("period", "To"))

    def __init__(self, data: QueryDict, *, census: Census, catalogue: Catalogue) -> None:
        super().__init__(data, auto_id="f-%s")
        self.catalogue = catalogue
        self.whose = {"general": GENERAL} | {
            one.public_id: pk for pk, one in census.integrations(catalogue).items()
        }
        self.actors = {str(pk or SYSTEM): pk for pk in census.actors}
        people = texts.people(census.actors)
        self._offer("person", [(str(pk or SYSTEM), name) for pk, name in people.items()])
        names = [(one.public_id, one.name) for one in census.integrations(catalogue).values()]
        general = ("general", name_of(None))
        self._offer("integration", [general, *names])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        anybody = ("", pgettext_lazy("filter", "All"))
        self.fields[name].choices = [anybody, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        sent = self.cleaned_data
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", str(texts.ENDS_TOO_EARLY))
        return sent

    @property
    def active(self) -> bool:
        """Whether anything is looked for."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        """Return those of a company's events that the form asks for; all, while it has a mistake."""
        if not self.is_valid():
            return events
        sent = self.cleaned_data
        if sent["resource"].strip():
            events = events.touching(bytes(self._resources(sent["resource"])))
        if sent["person"]:
            events = events.filter(actor_id=self.actors[sent["person"]])
        if sent["integration"]:
            whose = self.whose[sent["integration"]] or None
            events = events.of_rights().filter(subject_id=whose)
        if sent["since"]:
            events = events.filter(at__gte=start_of(sent["since"]))
        if sent["until"]:
            events = events.filter(at__lt=start_of(sent["until"] + timedelta(days=1)))
        return events.filter(_of_kind(sent["kind"]))

    def _resources(self, text: str) -> ResourceSet:
        """Return the one resource with this code, else those in whose words the text occurs."""
        if exact := self.catalogue.by_code.get(fold(text)):
            return ResourceSet([exact.position])
        return found(text, self.catalogue)


def _of_kind(kind: str) -> Q:
    def begins(beginnings: tuple[str, ...]) -> Q:
        either = Q(pk__in=[])
        for beginning in beginnings:
            either |= Q(verb__startswith=beginning)
        return either

    if not kind:
        return Q()
    if kind == Kind.OTHER:
        return ~begins(sum(BEGINNINGS.values(), ()))
    return begins(BEGINNINGS[Kind(kind)])


class OlderForm(forms.Form):
    """Where a page of the history starts."""

    older = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class DayForm(forms.Form):
    """The day at whose end one wants to know the rights."""

    on = day_field(gettext_lazy("At the end of"), required=True)

    def clean_on(self) -> date:
        """Refuse a day that has not begun."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(texts.NOT_YET)
        return day

    @property
    def end(self) -> datetime | None:
        """The first moment after the day; nothing while the form has a mistake."""
        if not self.is_valid():
            return None
        return start_of(self.cleaned_data["on"] + timedelta(days=1))
