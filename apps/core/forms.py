"""What several forms share."""

from django import forms


class FocusesErrors(forms.Form):
    """A form that takes the focus to its first mistake, for those who do not see the page."""

    def full_clean(self) -> None:
        super().full_clean()
        wrong = [name for name in self.fields if name in self.errors]
        for name in wrong[:1]:
            for field in self.fields.values():
                field.widget.attrs.pop("autofocus", None)
            self.fields[name].widget.attrs["autofocus"] = True
