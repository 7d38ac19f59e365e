"""What the holder of a lost second factor gives to confirm that it is lost."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.texts import ERRORS
from apps.recovery import reads
from apps.recovery.models import Reset
from apps.recovery.texts import PASSWORD_TOO_NEW


class PasswordForm(forms.Form):
    """The holder's own password, older than the request; tries are counted as at sign-in."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, reset: Reset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reset = reset

    def clean_password(self) -> str:
        """Refuse what is not the holder's, or is as new as the mailbox's thief; says when to try again after too many tries."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.reset.user, password):
            raise forms.ValidationError(str(ERRORS["incorrect_password"]))
        if reads.is_password_new(self.reset):
            raise forms.ValidationError(str(PASSWORD_TOO_NEW))
        return password
