"""What site staff send, on a page, on a command line or in the lines of a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.companies.fields import clean_business_id
from apps.companies.rules import (
    FUNCTION_OF,
    LEVEL_OF,
    ROLE_OF,
    Function,
    Grants,
    Level,
    Package,
    Role,
)
from apps.companies.texts import PACKAGES
from apps.core.forms import CodeField, EmailField, FocusesErrors, NameField, TextField
from apps.founding import texts
from apps.founding.rules import OF_COMPANY, OF_OFFICE, Mistake, NewCompany, NewMember
from apps.founding.services import Wanted
from apps.people.rules import Rights
from apps.people.texts import ENDS_AFTER_START, NOTHING_CHOSEN

PACKAGE_CHOICES = [(package.value, PACKAGES[package]) for package in Package]
ALL = "all"
"""Stands for every function, in a file."""


class BusinessIdField(CodeField):
    """A business id, checked and in its usual form."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return clean_business_id(typed) if typed else typed


class CompanyLine(FocusesErrors):
    """A company, as a line of a file has it."""

    business_id = BusinessIdField(
        label=_("Business ID"), max_length=20, help_text=_("For example 1234567-1.")
    )
    name = NameField(label=_("Company name"), max_length=200)
    package = forms.ChoiceField(label=_("Package"), choices=[("", _("Choose")), *PACKAGE_CHOICES])
    office = NameField(
        label=_("Accounting office"),
        max_length=200,
        required=False,
        help_text=_("The name of an office that is here already. Leave empty if there is none."),
    )

    def asked(self, line: int = 1) -> NewCompany:
        """Return what a valid form asks for."""
        sent = self.cleaned_data
        return NewCompany(sent["business_id"], sent["name"], sent["package"], sent["office"], line)


class FoundCompanyForm(CompanyLine):
    """A company and its first user administrator."""

    administrator = EmailField(
        label=_("Email of the first user administrator"),
        max_length=254,
        help_text=_("Gets an invitation with the role KH and edit rights to everything."),
    )
    administrator_name = NameField(
        label=_("Name of the first user administrator"), max_length=100, required=False
    )
    RIGHTS = OF_COMPANY
    ASKS_OFFICE = True

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        company = self.asked()
        office = "" if self.ASKS_OFFICE else company.office
        name = self.cleaned_data["administrator_name"] or self.email
        member = NewMember(company.business_id, self.email, name, self.RIGHTS, office)
        return Wanted([office] if office else [], [company], [member])

    @property
    def email(self) -> str:
        """Whom a valid form invites."""
        return str(self.cleaned_data["administrator"])

    def add_mistakes(self, mistakes: list[Mistake]) -> None:
        """Say at the fields what cannot be."""
        for mistake in mistakes:
            column = "administrator" if mistake.column == "email" else mistake.column
            self.add_error(column, str(texts.REFUSALS[mistake.reason]))  # type: ignore[index]


class FoundOfficeForm(FoundCompanyForm):
    """An accounting office: its own company, which it serves, and its first person."""

    RIGHTS = OF_OFFICE
    ASKS_OFFICE = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        del self.fields["office"]
        self.fields["name"].label = _("Name of the office")
        self.fields["administrator"].help_text = _(
            "Gets an invitation with the roles TPK, KH and KP and edit rights to everything."
        )

    def clean(self) -> dict[str, Any]:
        """The office is called as its company."""
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "office": cleaned.get("name", "")}


class RolesField(TextField):
    """Codes of roles, parted by blanks."""

    def clean(self, value: Any) -> Any:
        codes = str(super().clean(value)).replace(",", " ").upper().split()
        for code in codes:
            if code not in ROLE_OF:
                raise forms.ValidationError(texts.NOT_A_ROLE, params={"code": code[:20]})
        return frozenset(Role(code) for code in codes)


class LevelsField(TextField):
    """Functions with their levels, such as "all:view customers:edit"; the later one counts."""

    def clean(self, value: Any) -> Any:
        levels: dict[Function, Level] = {}
        for text in str(super().clean(value)).replace(",", " ").lower().split():
            name, _colon, level = text.partition(":")
            if level not in LEVEL_OF or (name != ALL and name not in FUNCTION_OF):
                raise forms.ValidationError(texts.NOT_A_RIGHT, params={"text": text[:50]})
            named = Function if name == ALL else [Function(name)]
            levels |= dict.fromkeys(named, Level(level))
        return levels


class MemberLine(forms.Form):
    """Somebody to be invited, as a line of a file has them."""

    business_id = BusinessIdField(max_length=20)
    email = EmailField(max_length=254)
    name = NameField(max_length=100)
    roles = RolesField(max_length=100, required=False)
    levels = LevelsField(max_length=2000, required=False)
    valid_from = forms.DateTimeField(required=False)
    valid_until = forms.DateTimeField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an invitation to nothing, and a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
            self.add_error("valid_until", str(ENDS_AFTER_START))
        if not self.errors and not cleaned["roles"] and not cleaned["levels"]:
            self.add_error("roles", str(NOTHING_CHOSEN))
        return cleaned

    def asked(self, line: int = 1) -> NewMember:
        """Return what a valid form asks for."""
        sent = self.cleaned_data
        grants = Grants(sent["roles"], sent["levels"])
        rights = Rights(grants, sent["valid_from"], sent["valid_until"])
        return NewMember(sent["business_id"], sent["email"], sent["name"], rights, line=line)
