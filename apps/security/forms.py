"""What people look for in the security record."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.companies.rules import MOST_DAYS
from apps.core.days import end_of, start_of
from apps.core.forms import SearchField, day_field
from apps.core.lists import ListForm, Order, row_number
from apps.security import texts


class DaysForm(forms.Form):
    """How many days a company gives its people to set up a second factor."""

    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("From 0 to 14. With 0 they set it up when they next sign in."),
    )


class RecordForm(ListForm):
    """Which of the person's own events are shown."""

    ORDER: ClassVar[Order] = {"-pk": row_number}

    verb = forms.ChoiceField(
        label=pgettext_lazy("filter", "What happened"), choices=texts.CHOICES, required=False
    )
    since = day_field(pgettext_lazy("period", "From"))
    until = day_field(pgettext_lazy("period", "To"))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        sent = super().clean()
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", str(texts.ENDS_TOO_EARLY))
        return sent

    @property
    def asked(self) -> Q:
        """What a form without mistakes asks for."""
        sent, found = self.cleaned_data, Q()
        if sent["verb"]:
            found &= Q(verb=sent["verb"])
        if sent["since"]:
            found &= Q(at__gte=start_of(sent["since"]))
        if sent["until"]:
            found &= Q(at__lt=end_of(sent["until"]))
        return found

    @property
    def is_narrowed(self) -> bool:
        """Whether not everything is asked for."""
        return any(self.data.get(name) for name in self.fields if name != "after")


class CompanyRecordForm(RecordForm):
    """Which events of a company are shown."""

    person = SearchField(label=gettext_lazy("Person"))

    @property
    def asked(self) -> Q:
        """What a form without mistakes asks for."""
        person = self.cleaned_data["person"]
        return super().asked & (Q(person__icontains=person) if person else Q())
