"""What people send about users."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.companies import texts as words
from apps.companies.rules import FUNCTIONS, Area, Function, Grants, Level, Role, opens_anything
from apps.core.forms import FocusesErrors, NameField, moment_field
from apps.people import rules, texts
from apps.people.rules import (
    MAIN_AREAS,
    NO_RIGHTS,
    PRESETS,
    MainArea,
    Profile,
    Refusal,
    Rights,
)

UNUSUAL = MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC), texts.UNUSUAL_DATE)


class UsersForm(forms.Form):
    """Which members are listed, and the key that a page starts after."""

    q = forms.CharField(
        label=gettext_lazy("Name or email"),
        max_length=100,
        required=False,
        widget=forms.SearchInput,
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[("", gettext_lazy("All")), *((role.value, words.ROLES[role]) for role in Role)],
        required=False,
    )
    validity = forms.ChoiceField(
        label=gettext_lazy("Validity"), choices=texts.VALIDITIES, required=False
    )
    after = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)


class RoleBoxes(forms.CheckboxSelectMultiple):
    """Roles to tick; those that the person may not give cannot be."""

    locked: Collection[Role] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["disabled"] = value in self.locked
        return option


def level_field(function: Function) -> forms.ChoiceField:
    """Return a field for the level of one function; nothing sent means none."""
    choices = [(level.value, words.LEVELS[level]) for level in Level]
    return forms.ChoiceField(
        label=words.FUNCTIONS[function],  # type: ignore[arg-type]
        choices=choices,
        required=False,
        show_hidden_initial=True,  # what somebody set is told from what they were shown
    )


def profile_field(area: MainArea) -> forms.ChoiceField:
    """Return a field for the profile in a main area; nothing sent means own selection.

    It carries the levels that each profile sets, for the script that fills them in.
    """
    choices = [(one.value, texts.PROFILES[one]) for one in (*PRESETS[area], Profile.OWN)]
    widget = forms.Select(attrs={"data-presets": json.dumps(PRESETS[area])})
    return forms.ChoiceField(
        label=texts.MAIN_AREAS[area],  # type: ignore[arg-type]
        choices=choices,
        required=False,
        widget=widget,
    )


@dataclass(frozen=True)
class Group:
    """The levels of one area, as the form shows them."""

    name: Promise
    fields: list[BoundField]


@dataclass(frozen=True)
class Choice:
    """A main area: its profile, and the single levels that unfold."""

    profile: BoundField
    groups: list[Group]
    unfolded: bool


class RightsForm(FocusesErrors):
    """Roles, a profile per main area or single levels, and a period."""

    seen = forms.CharField(max_length=64, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, words.ROLES[role]) for role in Role],
        required=False,
        widget=RoleBoxes,
    )
    valid_from = moment_field(gettext_lazy("Valid from"), validators=[UNUSUAL])
    valid_until = moment_field(gettext_lazy("Valid until"), validators=[UNUSUAL])
    end = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None, *, giver: Grants, now: Rights = NO_RIGHTS) -> None:
        self.now = now
        self.locked = frozenset(Role) - now.grants.roles - rules.givable(giver)
        super().__init__(data, initial=_initial(now))
        self.fields["roles"].widget.locked = self.locked
        for area in MainArea:
            self.fields[area.value] = profile_field(area)
        for function in Function:
            self.fields[function.value] = level_field(function)

    @property
    def company_levels(self) -> Group:
        """The levels that belong to no profile."""
        return self._group(Area.COMPANY)

    @property
    def choices(self) -> list[Choice]:
        """The main areas."""
        return [
            Choice(
                self[area.value],
                [self._group(part) for part in MAIN_AREAS[area]],
                unfolded=self[area.value].value() == Profile.OWN,
            )
            for area in MainArea
        ]

    def clean_roles(self) -> list[str]:
        """Refuse roles that the person may not give; the service does so again."""
        roles: list[str] = self.cleaned_data["roles"]
        if self.locked & set(roles):
            raise forms.ValidationError(str(texts.REFUSALS[Refusal.MAY_NOT_GIVE]))
        return roles

    def clean_valid_from(self) -> datetime | None:
        """Keep a stored moment exact, its seconds too."""
        return self._exact("valid_from", self.now.valid_from)

    def clean_valid_until(self) -> datetime | None:
        """Keep a stored moment exact, its seconds too."""
        return self._exact("valid_until", self.now.valid_until)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins; "End now" means this moment."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("end"):
            cleaned["valid_until"] = timezone.now()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end <= start:
            self.add_error("valid_until", str(texts.ENDS_AFTER_START))
        return cleaned

    @property
    def rights(self) -> Rights:
        """What a valid form asks for."""
        sent = self.cleaned_data
        levels = {function: Level(sent[function.value] or Level.NONE) for function in Function}
        for area in MainArea:
            levels |= self._preset(area)
        roles = frozenset(Role(role) for role in sent["roles"])
        return Rights(Grants(roles, levels), sent["valid_from"], sent["valid_until"])

    def _preset(self, area: MainArea) -> dict[Function, Level]:
        """Return the levels that a profile sets: all but those that the person set themselves."""
        profile = Profile(self.cleaned_data[area.value] or Profile.OWN)
        if profile is Profile.OWN:
            return {}
        preset = PRESETS[area][profile]
        free = (one for one in rules.functions_of(area) if not self._was_set(one))
        return {one: preset.get(one, Level.NONE) for one in free}

    def _was_set(self, function: Function) -> bool:
        name = function.value
        shown = self.data.get(self.add_initial_prefix(name), self.initial[name])
        return bool(self.data.get(name, shown) != shown)

    def _exact(self, name: str, stored: datetime | None) -> datetime | None:
        return self.cleaned_data[name] if name in self.changed_data else stored

    def _group(self, area: Area) -> Group:
        return Group(words.AREAS[area], [self[one.value] for one in FUNCTIONS[area]])


def _initial(rights: Rights) -> dict[str, Any]:
    """Return rights as the fields show them: moments without their seconds."""
    moments = [one and one.replace(second=0, microsecond=0) for one in rights.period]
    return {
        "roles": rights.snapshot["roles"],
        "valid_from": moments[0],
        "valid_until": moments[1],
        **{area.value: rules.profile_of(rights.grants, area).value for area in MainArea},
        **{function.value: rights.grants.level(function).value for function in Function},
    }


class GuestFields(forms.Form):
    """Whom rights are for; the name is needed of somebody without an account."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = NameField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Needed for somebody new."),
    )

    def clean_email(self) -> str:
        """Return the email as people sign in with it."""
        return str(self.cleaned_data["email"]).lower()


class InviteForm(GuestFields, RightsForm):
    """Whom to invite, and to what."""

    def clean(self) -> dict[str, Any]:
        """Refuse an invitation to nothing at all."""
        cleaned = super().clean()
        if not self.errors:
            chosen = self.rights.grants
            if not chosen.roles and not opens_anything(chosen):
                self.add_error("roles", str(texts.NOTHING_CHOSEN))
        return cleaned


class CopyForm(GuestFields, FocusesErrors):
    """Who gets the same rights, and whether their period too."""

    seen = forms.CharField(max_length=64, required=False)
    replaced = forms.CharField(max_length=64, required=False)
    with_period = forms.BooleanField(
        label=gettext_lazy("Copy the validity period too"), required=False
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["email"].help_text = gettext_lazy("Of a member, or of somebody new.")


class AskForm(forms.Form):
    """Which identifier a colleague is asked to replace."""

    ask = forms.IntegerField(min_value=1, max_value=2**62)
    colleague = forms.IntegerField(min_value=1, max_value=2**62)
