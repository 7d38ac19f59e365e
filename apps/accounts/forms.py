"""allauth's forms without placeholders that only repeat the labels."""

from typing import Any

from allauth.account import forms


class LabelsOnly:
    """Takes the placeholders away and points at what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)


class LoginForm(LabelsOnly, forms.LoginForm):  # type: ignore[misc]
    """Sign in by email and password; allauth limits the tries."""


class ChangePasswordForm(LabelsOnly, forms.ChangePasswordForm):  # type: ignore[misc]
    """Choose a new password, by the old one."""


class ResetPasswordForm(LabelsOnly, forms.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to reset it."""


class ResetPasswordKeyForm(LabelsOnly, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Choose a new one with that link."""


class ReauthenticateForm(LabelsOnly, forms.ReauthenticateForm):  # type: ignore[misc]
    """Give the password again before something secret is shown."""
