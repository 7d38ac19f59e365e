"""allauth's forms in our words."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms
from django.contrib.auth.forms import SetPasswordForm
from django.forms import EmailField, EmailInput, Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.adapter import forget_tries
from apps.accounts.models import User
from apps.core.text import one_spelling

LABELS: Mapping[str, Promise] = {
    "login": _("Email"),
    "email": _("Email"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": pgettext_lazy("password", "Password again"),
}
NEW_PASSWORD = {"new_password1": "password1", "new_password2": "password2"}
HELP: Mapping[str, Promise] = {"password1": _("At least 12 characters.")}


class OurWords:
    """Names the fields as we do, without placeholders that only repeat the labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = LABELS[name], HELP.get(name, "")


class LoginForm(OurWords, forms.LoginForm):  # type: ignore[misc]
    """Sign in by email and password; the adapter limits the tries."""

    def clean_login(self) -> str:
        return one_spelling(super().clean_login())


class ChangePasswordForm(OurWords, forms.ChangePasswordForm):  # type: ignore[misc]
    """Choose a new password, by the old one."""


class ResetPasswordForm(Form):
    """Ask for a link to choose a new one."""

    email = EmailField(
        label=_("Email"), widget=EmailInput(attrs={"autocomplete": "email"}), max_length=254
    )

    def clean_email(self) -> str:
        return one_spelling(self.cleaned_data["email"])


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Choose a new one with that link; whoever had tried too often need not wait."""

    error_messages = {"password_mismatch": _("The passwords do not match.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known_as in NEW_PASSWORD.items():
            field: Any = self.fields[name]
            field.label, field.help_text = LABELS[known_as], HELP.get(known_as, "")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        user: User = super().save(commit)
        forget_tries(user.email)
        return user


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):  # type: ignore[misc]
    """Give the password again before something secret is shown."""
