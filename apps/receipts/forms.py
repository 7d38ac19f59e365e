"""What is sent when rights are found still right."""

from django import forms


class StillRightForm(forms.Form):
    """The rights that the page showed; what does not say is as if others were seen."""

    seen = forms.CharField(required=False)

    @property
    def mark(self) -> str:
        """What was seen."""
        mark: str = self.cleaned_data["seen"] if self.is_valid() else ""
        return mark
