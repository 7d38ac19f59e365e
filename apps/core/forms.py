"""What several forms share."""

from typing import Any

from django import forms


class FocusesErrors(forms.Form):
    """A form that takes the focus to its first mistake, for those who do not see the page."""

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        wrong = [name for name in self.fields if name in self.errors]
        for name in wrong[:1]:
            for one in self.fields.values():
                one.widget.attrs.pop("autofocus", None)
            self.fields[name].widget.attrs["autofocus"] = True
