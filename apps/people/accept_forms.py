"""What invited people send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.core.forms import FocusesErrors, NameField
from apps.people import texts
from apps.people.models import Invitation


class AcceptForm(FocusesErrors):
    """The name and password of somebody who has no account yet."""

    name = NameField(
        label=gettext_lazy("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters."),
    )
    again = forms.CharField(
        label=pgettext_lazy("password", "The same again"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: QueryDict | None, *, invitation: Invitation) -> None:
        self.invitation = invitation
        super().__init__(data, initial={"name": invitation.name})

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is weak, or not typed alike twice."""
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("again")
        person = User(email=self.invitation.email, name=cleaned.get("name", ""))
        if password:
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        if password and again and password != again:
            self.add_error("again", str(texts.NOT_ALIKE))
        return cleaned
