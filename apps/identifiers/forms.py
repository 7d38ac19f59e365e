"""What people send about identifiers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import FocusesErrors, moment_field
from apps.identifiers import texts
from apps.identifiers.models import NOTE_LENGTH, ApiIdentifier
from apps.identifiers.rules import End, Purpose
from apps.resources.models import Integration

MADE_HERE = [choice for choice in texts.PURPOSES if choice[0] != Purpose.EXCEL]


class PrefilledForm(forms.Form):
    """What a new identifier is for, when another page or a colleague's mail asked for one."""

    purpose = forms.ChoiceField(choices=MADE_HERE, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    integration = forms.RegexField(r"[0-9a-f]{16}", max_length=16, required=False)


class CreateForm(PrefilledForm):
    """One press of the button: ``once`` tells a double click from two presses."""

    once = forms.UUIDField()


class DetailsForm(FocusesErrors):
    """What an identifier is for, and until when it is valid."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    integration = forms.ChoiceField(
        label=gettext_lazy("Integration"),
        required=False,
        help_text=gettext_lazy("For tracking only; does not limit use."),
    )
    valid_until = moment_field(gettext_lazy("Valid until"))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        identifier: ApiIdentifier,
        integrations: Iterable[Integration],
    ) -> None:
        self.identifier = identifier
        self.integrations = {one.public_id: one for one in integrations}
        if identifier.integration:
            self.integrations[identifier.integration.public_id] = identifier.integration
        super().__init__(data, initial=self._stored(), auto_id=f"i-{identifier.pk}-%s")
        is_excel = identifier.purpose == Purpose.EXCEL
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            choice for choice in texts.PURPOSES if (choice[0] == Purpose.EXCEL) is is_excel
        ]
        names = sorted((one.name, public_id) for public_id, one in self.integrations.items())
        self.fields["integration"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((public_id, name) for name, public_id in names),
        ]
        if is_excel:
            self.fields["purpose"].widget = forms.HiddenInput()
            self.fields["valid_until"].widget = forms.HiddenInput()
            self.fields["valid_until"].disabled = True

    def _stored(self) -> dict[str, Any]:
        linked, end = self.identifier.integration, self.identifier.valid_until
        return {
            "note": self.identifier.note,
            "purpose": self.identifier.purpose,
            "integration": linked.public_id if linked else "",
            "valid_until": end and end.replace(second=0, microsecond=0),  # as the field shows it
        }

    def clean_integration(self) -> Integration | None:
        """Return the integration that was picked."""
        return self.integrations.get(self.cleaned_data["integration"])

    def clean_valid_until(self) -> datetime | None:
        """Refuse an end that is past; the stored one stays exact, its seconds too."""
        end: datetime | None = self.cleaned_data["valid_until"]
        if "valid_until" not in self.changed_data:
            return self.identifier.valid_until
        if end is not None and end <= timezone.now():
            raise forms.ValidationError(texts.PAST)
        return end


class ReplaceForm(FocusesErrors):
    """When the old identifier ends, and why it is replaced."""

    once = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    leaked = forms.BooleanField(
        label=gettext_lazy("The Key may have leaked: the old one ends now"), required=False
    )
    end = forms.ChoiceField(
        label=gettext_lazy("When the old one ends"),
        choices=texts.ENDS,
        initial=End.WEEK.value,
        widget=forms.RadioSelect,
    )
    own = moment_field(gettext_lazy("The time you choose"))

    def clean(self) -> dict[str, Any]:
        """Ask for an own time where one is wanted; one that was typed is wanted."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("own") and not cleaned.get("leaked"):
            cleaned["end"] = End.OWN.value
        wants_own = cleaned.get("end") == End.OWN and not cleaned.get("leaked")
        if wants_own and "own" not in self.errors:
            own = cleaned.get("own")
            if own is None or own <= timezone.now():
                self.add_error("own", texts.PAST)
        return cleaned


class OverviewForm(forms.Form):
    """Which identifiers of the company are listed."""

    q = forms.CharField(
        label=gettext_lazy("Owner, User ID or note"),
        max_length=100,
        required=False,
        widget=forms.SearchInput,
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[
            ("", gettext_lazy("All")),
            ("works", gettext_lazy("Works")),
            ("ending", gettext_lazy("Ends within 30 days")),
            ("stopped", gettext_lazy("Stopped here")),
        ],
        required=False,
    )
    older_here = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class OwnForm(PrefilledForm):
    """Where the page of one's own identifiers starts, and what a new one would be for."""

    older = forms.IntegerField(min_value=1, max_value=2**62, required=False)
