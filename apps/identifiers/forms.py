"""What people send about identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import FocusesErrors, MakesOnce, MomentField, SearchField, TextField
from apps.core.lists import ListForm, Order, row_number
from apps.core.paging import Page, page_by
from apps.identifiers import texts
from apps.identifiers.models import NOTE_LENGTH, ApiIdentifier
from apps.identifiers.rules import End, Purpose, Refusal, Shown
from apps.resources.models import Integration

Known = tuple[Integration, bool]
"""An integration that the person may know of, and whether they may know that it is in the list."""
MADE_HERE = [choice for choice in texts.PURPOSES if choice[0] != Purpose.EXCEL]


class PrefilledForm(forms.Form):
    """What a new identifier is for, when another page or a colleague's mail asked for one."""

    purpose = forms.TypedChoiceField(
        choices=MADE_HERE, required=False, coerce=Purpose, empty_value=None
    )
    note = TextField(max_length=NOTE_LENGTH, required=False)
    integration = forms.RegexField(r"[0-9a-f]{16}", max_length=16, required=False)


class CreateForm(MakesOnce, PrefilledForm):
    """One press of the button."""


class AboutForm(FocusesErrors):
    """What an identifier is for: a note, and one of the integrations that the person may know."""

    note = TextField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    integration = forms.ChoiceField(
        label=gettext_lazy("Integration"),
        required=False,
        help_text=gettext_lazy("For tracking only; does not limit use."),
    )

    prefix_of_ids = "about"

    def __init__(
        self, data: QueryDict | None, *, identifier: ApiIdentifier, known: Iterable[Known]
    ) -> None:
        self.identifier = identifier
        offered = dict(known)
        if linked := identifier.integration:
            offered.setdefault(linked, False)
        self.integrations = {one.public_id: one for one in offered}
        super().__init__(data, initial=self._stored(), auto_id=f"{self.prefix_of_ids}-%s")
        self.fields["integration"].choices = _choices(offered)  # type: ignore[attr-defined]

    def _stored(self) -> dict[str, Any]:
        linked = self.identifier.integration
        return {"note": self.identifier.note, "integration": linked.public_id if linked else ""}

    def clean_integration(self) -> Integration | None:
        """Return the integration itself, or none; only those offered can be picked."""
        return self.integrations.get(self.cleaned_data["integration"])


def _choices(offered: Mapping[Integration, bool]) -> list[Any]:
    """Return integrations by name, those in the company's list first and under their heading."""
    by_name = sorted(offered, key=lambda one: one.place)
    listed = [(one.public_id, one.name) for one in by_name if offered[one]]
    others = [(one.public_id, one.name) for one in by_name if not offered[one]]
    none = ("", _("None"))
    if not listed:
        return [none, *others]
    return [none, (_("In the list"), listed), (_("Not in the list yet"), others)]


class DetailsForm(AboutForm):
    """The same, what kind of use it is, and until when it is valid."""

    purpose = forms.TypedChoiceField(label=gettext_lazy("Purpose"), coerce=Purpose)
    valid_until = MomentField(label=gettext_lazy("Valid until"))
    prefix_of_ids = "edit"
    field_order = ("note", "integration", "purpose", "valid_until")

    def __init__(
        self, data: QueryDict | None, *, identifier: ApiIdentifier, known: Iterable[Known]
    ) -> None:
        super().__init__(data, identifier=identifier, known=known)
        is_excel = identifier.is_excel
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            choice for choice in texts.PURPOSES if (choice[0] == Purpose.EXCEL) is is_excel
        ]
        if is_excel:
            self.fields["purpose"].widget = forms.HiddenInput()
            self.fields["valid_until"].widget = forms.HiddenInput()
            self.fields["valid_until"].disabled = True

    def _stored(self) -> dict[str, Any]:
        end = self.identifier.valid_until
        return {
            **super()._stored(),
            "purpose": self.identifier.purpose,
            "valid_until": end and end.replace(second=0, microsecond=0),  # as the field shows it
        }

    def clean_valid_until(self) -> datetime | None:
        """Refuse an end that is past; the stored one stays exact, its seconds too."""
        end: datetime | None = self.cleaned_data["valid_until"]
        if "valid_until" not in self.changed_data:
            return self.identifier.valid_until
        if end is not None and end <= timezone.now():
            raise forms.ValidationError(texts.REFUSED[Refusal.PAST])
        return end


class ReplaceForm(MakesOnce, FocusesErrors):
    """When the old identifier ends, and why it is replaced."""

    leaked = forms.BooleanField(
        label=gettext_lazy("The Key may have leaked: end the old identifier now"),
        required=False,
        help_text=gettext_lazy("Then the time chosen above does not apply."),
    )
    end = forms.TypedChoiceField(
        label=gettext_lazy("When the old identifier expires"),
        choices=texts.ENDS,
        coerce=End,
        initial=End.WEEK.value,
        widget=forms.RadioSelect,
    )
    own = MomentField(label=gettext_lazy("The time you choose"))

    @property
    def ends_now(self) -> bool:
        """Whether a valid form ends the old one at once."""
        return self.cleaned_data["leaked"] or self.cleaned_data["end"] is End.NOW


class OwnForm(PrefilledForm, ListForm):
    """Where the list of one's own identifiers starts, and what a new one would be for."""

    ORDER: ClassVar[Order] = {"-pk": row_number}

    @property
    def asked(self) -> dict[str, str]:
        """What a new one would be for, as far as it was asked for without a mistake."""
        sent = self.cleaned_data
        return {name: sent[name] for name in PrefilledForm.base_fields if sent.get(name)}

    def page_with(
        self, rows: QuerySet[ApiIdentifier], size: int, pk: int | None
    ) -> Page[ApiIdentifier]:
        """Return the page that is asked for, else the one that a row begins which it lacks."""
        page = self.page(rows, size)
        if pk is None or any(one.pk == pk for one in page.rows):
            return page
        return page_by(rows, list(self.order), after=[pk + 1], size=size)


class OverviewForm(ListForm):
    """Which identifiers of the company are listed, below one's own."""

    ORDER: ClassVar[Order] = {"-place": row_number}

    q = SearchField(label=gettext_lazy("Owner, User ID or note"))
    show = forms.TypedChoiceField(
        label=gettext_lazy("Show"), choices=texts.SHOWN, required=False, coerce=Shown
    )

    def add_prefix(self, field_name: str) -> str:
        """Tell the page of this list from that of one's own, which the address names too."""
        return "after_here" if field_name == "after" else field_name

    @property
    def text(self) -> str:
        """What is looked for; nothing while there is a mistake."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""

    @property
    def shown(self) -> Shown:
        """Which are asked for; all while there is a mistake."""
        return Shown(self.cleaned_data["show"]) if self.is_valid() else Shown.ALL

    @property
    def is_narrowed(self) -> bool:
        """Whether not all are asked for."""
        return bool(self["q"].value() or self["show"].value())

    @property
    def asked(self) -> dict[str, str]:
        """What an address asks for, to come back to the same part of the list."""
        names = {self.add_prefix(name) for name in self.fields}
        return {name: value for name, value in self.data.items() if name in names and value}
