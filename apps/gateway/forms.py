"""What people send about older ways of signing."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.core.forms import FocusesErrors, day_field
from apps.gateway import texts
from apps.gateway.rules import LONGEST, Refusal
from apps.gateway.signing import OLDER, Algorithm


class AlgorithmForm(forms.Form):
    """Which older way of signing a button is about."""

    algorithm = forms.TypedChoiceField(choices=[(one.value, one.value) for one in OLDER])

    @property
    def picked(self) -> Algorithm | None:
        """The way of signing; none for what no form of ours sends."""
        return Algorithm(self.cleaned_data["algorithm"]) if self.is_valid() else None


class LastDayForm(FocusesErrors):
    """The last day on which an older way of signing is accepted."""

    last_day = day_field(gettext_lazy("Last day"), required=True)

    def __init__(
        self, data: QueryDict | None, *, algorithm: Algorithm, last_day: date | None = None
    ) -> None:
        self.algorithm = algorithm
        super().__init__(data, initial={"last_day": last_day}, auto_id=f"{algorithm.lower()}-%s")
        furthest = timezone.localdate() + LONGEST
        self.fields["last_day"].help_text = texts.last_possible(furthest)

    def refuse(self, reason: Refusal) -> None:
        """Show at the field what is wrong with the day."""
        self.add_error("last_day", str(texts.REFUSED[reason]))
