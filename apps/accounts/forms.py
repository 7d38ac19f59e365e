"""allauth's forms in our words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.account import forms
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.forms import BooleanField, CheckboxInput, EmailField, EmailInput, Form, TextInput
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts import texts
from apps.accounts.adapter import forget_tries, locked_out
from apps.accounts.models import User
from apps.core.forms import CodeField, TextField
from apps.core.limits import Full, Limit, give_back
from apps.core.text import one_spelling

LABELS: Mapping[str, Promise] = {
    "login": _("Email"),
    "email": _("Email"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": pgettext_lazy("password", "Password again"),
    "code": pgettext_lazy("second factor", "Code"),
    "name": _("Name of the passkey"),
}
NEW_PASSWORD = {"new_password1": "password1", "new_password2": "password2"}
HELP: Mapping[str, Promise] = {
    "password1": _("At least 12 characters."),
    "name": _("For example the device that keeps it, so that you know it again."),
}

GUESSES = Limit("second_factor:person", 10, timedelta(hours=1))
"""Of one person, whoever guesses: a code has six digits, and who gets here knew the password."""
USED = Limit("second_factor:code", 1, timedelta(minutes=2))
"""A code works once; the library forgets it before the last second in which it would work."""


class OurWords:
    """Names the fields as we do, without placeholders that only repeat the labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = LABELS.get(name, ""), HELP.get(name, "")


class LoginForm(OurWords, forms.LoginForm):  # type: ignore[misc]
    """Sign in by email and password; the adapter limits the tries."""

    @property
    def provider(self) -> str:
        """What the organisation's own way of signing in is called, if there is one."""
        return settings.OIDC_NAME if settings.OIDC_ISSUER else ""

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


class OneCode(OurWords, Form):
    """Reads a code: guesses are counted, and a right one is used up."""

    code = CodeField(
        widget=TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
    )

    def clean_code(self) -> str:
        user: User = self.user  # type: ignore[attr-defined]
        try:
            guess = GUESSES.take(str(user.pk))
        except Full as full:
            locked_out.send(type(self), request=context.request, email=user.email)
            raise ValidationError(texts.too_often(full.free_at)) from None
        code: str = super().clean_code()  # type: ignore[misc]
        try:
            USED.take(str(user.pk), code)
        except Full:
            raise ValidationError(str(texts.FACTOR_ERRORS["incorrect_code"])) from None
        give_back([guess])
        return code


class CodeForm(OneCode, mfa.AuthenticateForm):  # type: ignore[misc]
    """Sign in with a code of the app, or a recovery code."""


class CodeAgainForm(OneCode, mfa.ReauthenticateForm):  # type: ignore[misc]
    """Give one again before factors are changed."""


class ActivateForm(OneCode, ActivateTOTPForm):  # type: ignore[misc]
    """Set up an app by the first code that it shows."""


class AddPasskeyForm(OurWords, AddWebAuthnForm):  # type: ignore[misc]
    """Add a passkey that signs in alone: it must have asked for its owner."""

    name = TextField(required=False, max_length=100)
    passwordless = BooleanField(
        initial=True, widget=CheckboxInput(attrs={"checked": True, "hidden": True})
    )
