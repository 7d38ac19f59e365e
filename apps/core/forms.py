"""What several forms share."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.text import as_code, has_letter, legible, one_spelling, visible

DAY, LOCAL = "%Y-%m-%d", "%Y-%m-%dT%H:%M"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
ADDRESS_CARRIES = 3000
"""How long a text may be once it is written for an address, in which others stand too: servers
take 4094 bytes for the first line of a request."""


SECRET = frozenset({"current-password", "new-password", "one-time-code"})
"""What a browser fills in that no page shows."""


def secret_names() -> frozenset[str]:
    """Return what the fields for a secret are called, of every form that there is."""
    return frozenset(name for name, field in fields_below(forms.BaseForm) if is_secret(field))


def is_secret(field: forms.Field) -> bool:
    """Tell whether what is typed in a field must stand on no page."""
    widget = field.widget
    return isinstance(widget, forms.PasswordInput) or widget.attrs.get("autocomplete") in SECRET


def fields_below(form: type[Any]) -> Iterator[tuple[str, forms.Field]]:
    """Yield the name of each field of each form that is made of one, and the field."""
    for one in form.__subclasses__():
        yield from getattr(one, "base_fields", {}).items()
        yield from fields_below(one)


class FieldRenderer(TemplatesSetting):
    """Renders fields by our own template, and widgets by those of the settings' loaders."""

    field_template_name = "core/_field.html"


class MomentField(forms.DateTimeField):
    """A date and time in the server's time zone, which may stay empty.

    In the hour that comes twice when winter time begins, what was typed means the first of them;
    a stored end in the second is not changed by a form that shows it.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def __init__(self, **more: Any) -> None:
        more = {"help_text": _("Finnish time"), **more}
        super().__init__(required=False, input_formats=[LOCAL], **more)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            typed = parse_datetime(value.strip()) if error.code == "ambiguous_timezone" else None
            if typed is None:
                raise
            return _first_of_two(typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.widget.format_value(self.prepare_value(initial)) or ""
        return bool((data or "").strip() != shown)


def _first_of_two(typed: datetime) -> datetime:
    """Return the first moment when clocks show a time; raises ValidationError if they skip it."""
    first = typed.replace(tzinfo=timezone.get_current_timezone())
    if first.astimezone(UTC).astimezone(first.tzinfo) != first:
        raise forms.ValidationError(
            _("Clocks skip this time when summer time begins. Choose another one.")
        )
    return first


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    """Return a field for a day in the server's time zone."""
    return forms.DateField(
        label=label,
        required=required,
        input_formats=[DAY],
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )


class NameField(forms.CharField):
    """A name that people can see and read aloud, with single spaces however it was typed."""

    default_error_messages = {"letterless": _("Enter a name that has at least one letter.")}

    def to_python(self, value: Any) -> str:
        return visible(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not has_letter(value):
            raise forms.ValidationError(self.error_messages["letterless"], code="letterless")


class EmailField(forms.EmailField):
    """An email, in the one spelling in which it is stored and looked for."""

    def to_python(self, value: Any) -> str:
        return one_spelling(super().to_python(value) or "")


class TextField(forms.CharField):
    """A text, without the invisible signs that are pasted along."""

    def to_python(self, value: Any) -> str:
        typed = legible(value) if isinstance(value, str) else value
        return super().to_python(typed) or ""


class CodeField(TextField):
    """A key, a business id or a code, which is mostly pasted."""

    def to_python(self, value: Any) -> str:
        return as_code(super().to_python(value))


class SearchField(TextField):
    """What is looked for. It stands in the address, so it is no longer than one carries."""

    widget = forms.SearchInput
    default_error_messages = {"too_long": _("The search is too long. Use fewer words.")}

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"required": False, **more})

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(quote(value, safe="")) > ADDRESS_CARRIES:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")


class MakesOnce(forms.Form):
    """A form that makes something: each rendering carries a mark of its own.

    What is made keeps the mark in a unique column, and whoever sends the same rendering again
    gets what the first one made: a double click, "Back", or a lost answer makes no second one.
    """

    once = forms.UUIDField(
        initial=uuid.uuid4,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), _("This form is incomplete. Reload the page and try again.")
        ),
    )


class FocusesErrors(forms.Form):
    """A form that takes the focus to its first mistake, for those who do not see the page."""

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        wrong = [name for name in self.fields if name in self.errors]
        for name in wrong[:1]:
            for one in self.fields.values():
                one.widget.attrs.pop("autofocus", None)
            self.fields[name].widget.attrs["autofocus"] = True
