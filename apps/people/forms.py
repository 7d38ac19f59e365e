"""What people send about users, and what invited people send."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MinValueValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.companies import texts as words
from apps.companies.models import Membership
from apps.companies.rules import FUNCTIONS, Area, Function, Grants, Level, Role, opens_anything
from apps.core.forms import (
    EmailField,
    FocusesErrors,
    MakesOnce,
    MomentField,
    NameField,
    SearchField,
)
from apps.core.lists import SortedListForm, moment, number, text
from apps.people import rules, texts
from apps.people.models import Invitation
from apps.people.reads import ORDERS, Stop, Stopping
from apps.people.rules import (
    MAIN_AREAS,
    NO_RIGHTS,
    PRESETS,
    MainArea,
    Profile,
    Refusal,
    Rights,
)
from apps.people.services import Guest

SOUGHT = ("q", "role", "validity")
UNUSUAL = MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC), texts.UNUSUAL_DATE)


class UsersForm(SortedListForm):
    """Which members are listed."""

    ORDERS = ORDERS
    READERS: ClassVar = {
        "user__name_sorted": text,
        "user__email": text,
        "interface": number,
        "ends": moment,
        "signed_in": moment,
        "at_work": number,
    }

    q = SearchField(label=gettext_lazy("Name or email"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[("", gettext_lazy("All")), *((role.value, words.ROLES[role]) for role in Role)],
        required=False,
    )
    validity = forms.ChoiceField(
        label=gettext_lazy("Validity"), choices=texts.VALIDITIES, required=False
    )
    sort = forms.ChoiceField(label=gettext_lazy("Sort by"), choices=texts.SORTS, required=False)

    @property
    def sought(self) -> dict[str, str]:
        """What is looked for; nothing while there is a mistake."""
        sent = self.cleaned_data if self.is_valid() else {}
        return {name: sent.get(name, "") for name in SOUGHT}

    @property
    def is_narrowed(self) -> bool:
        """Whether not everybody is asked for."""
        return any(self[name].value() for name in SOUGHT)

    @property
    def is_first_page(self) -> bool:
        """Whether nobody is asked for who stands further behind."""
        return not self.is_valid() or self.cleaned_data["after"] is None


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


class OpensSomething(FocusesErrors):
    """A form that gives rights: roles that open nothing are asked about before they are given."""

    give = forms.TypedChoiceField(
        choices=[(level.value, level.value) for level in texts.GIVE],
        required=False,
        coerce=Level,
        empty_value=None,
    )
    as_it_is = forms.BooleanField(required=False)

    @property
    def grants(self) -> Grants:
        """The roles and levels that are given, with the level that was offered if it was taken."""
        raise NotImplementedError

    @property
    def offered(self) -> tuple[str, Promise] | None:
        """The level that roles which open nothing need, and the words of the button that gives it."""
        level = rules.lacking_level(self.grants) if self.has_error("give") else None
        return (level.value, texts.GIVE[level]) if level else None

    def ask_about_nothing(self) -> None:
        """Ask about roles that open nothing, unless somebody said that they may."""
        if not self.cleaned_data["as_it_is"] and rules.lacking_level(self.grants):
            self.add_error("give", str(texts.OPENS_NOTHING))


class RightsForm(OpensSomething):
    """Roles, a profile per main area or single levels, and a period."""

    seen = forms.CharField(max_length=64, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, words.ROLES[role]) for role in Role],
        required=False,
        widget=RoleBoxes,
    )
    valid_from = MomentField(label=gettext_lazy("Valid from"), validators=[UNUSUAL])
    valid_until = MomentField(label=gettext_lazy("Valid until"), validators=[UNUSUAL])
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
    def interface(self) -> BoundField:
        """The level that most come for."""
        return self[Function.INTERFACE_RESOURCES.value]

    @property
    def company_levels(self) -> Group:
        """The other levels that belong to no profile."""
        group = self._group(Area.COMPANY)
        return Group(group.name, [one for one in group.fields if one.name != self.interface.name])

    @property
    def choices(self) -> list[Choice]:
        """The profile of each main area with its levels, unfolded where they are an own selection."""
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
            cleaned["valid_until"] = self._ended_before or timezone.now()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end <= start:
            self.add_error("valid_until", str(texts.ENDS_AFTER_START))
        if not self.errors and self._gives_roles():
            self.ask_about_nothing()
        return cleaned

    def _gives_roles(self) -> bool:
        """Whether somebody who could do nothing gets other roles.

        Whoever loses the last function is asked about in another way.
        """
        before = self.now.grants
        return self.grants.roles != before.roles and not opens_anything(before)

    @property
    def grants(self) -> Grants:
        return self.rights.grants

    @property
    def rights(self) -> Rights:
        """What a valid form asks for: a level that was set by hand wins over its profile."""
        sent = self.cleaned_data
        levels = {function: Level(sent[function.value] or Level.NONE) for function in Function}
        for area in MainArea:
            levels |= self._preset(area)
        roles = frozenset(Role(role) for role in sent["roles"])
        grants = rules.with_interface(Grants(roles, levels), sent.get("give"))
        return Rights(grants, sent["valid_from"], sent["valid_until"])

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

    @property
    def _ended_before(self) -> datetime | None:
        """When access ended, if the same form was sent before."""
        end = self.now.valid_until
        return end if end and end <= timezone.now() else None

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


class GuestFields(MakesOnce):
    """Whom rights are for."""

    email = EmailField(label=gettext_lazy("Email"), max_length=254)
    name = NameField(label=gettext_lazy("Name"), max_length=100)

    @property
    def guest(self) -> Guest:
        """Whom a valid form names."""
        sent = self.cleaned_data
        return Guest(sent["email"], sent["name"], sent["once"])


class InviteForm(GuestFields, RightsForm):
    """Whom to invite, and to what."""

    field_order = ("email", "name")

    def clean(self) -> dict[str, Any]:
        """Refuse an invitation to nothing at all."""
        cleaned = super().clean()
        if not self.errors:
            chosen = self.rights.grants
            if not chosen.roles and not opens_anything(chosen):
                self.add_error("roles", str(texts.NOTHING_CHOSEN))
        return cleaned


class CopyForm(GuestFields, OpensSomething):
    """Who gets the same rights as ``source``, and whether their period too."""

    seen = forms.CharField(max_length=64, required=False)
    replaced = forms.CharField(max_length=64, required=False)
    with_period = forms.BooleanField(
        label=gettext_lazy("Copy the validity period too"), required=False
    )

    def __init__(self, data: QueryDict | None, *, source: Rights) -> None:
        self.source = source
        super().__init__(data)
        self.fields["email"].help_text = gettext_lazy("The email of a current or a new user.")
        self.fields["name"].required = False
        self.fields["name"].help_text = gettext_lazy("Required for a new user.")

    def clean(self) -> dict[str, Any]:
        """Ask about roles that open nothing, as wherever roles are given."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            self.ask_about_nothing()
        return cleaned

    @property
    def grants(self) -> Grants:
        return rules.with_interface(self.source.grants, self.cleaned_data.get("give"))


class RemoveForm(forms.Form):
    """Whose removal is confirmed; ``user`` knows them when the answer is sent twice."""

    seen = forms.CharField(max_length=64, required=False)
    user = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class AskForm(forms.Form):
    """Which identifier a colleague is asked to replace."""

    ask = forms.ChoiceField()
    colleague = forms.ChoiceField()

    def __init__(self, data: QueryDict, *, stop: Stop) -> None:
        super().__init__(data)
        identifiers = [one for one in stop.identifiers if not one.is_excel]
        self.identifiers = {str(one.identifier.pk): one for one in identifiers}
        self.colleagues = {str(one.pk): one for one in stop.colleagues}
        self.fields["ask"].choices = [(pk, pk) for pk in self.identifiers]  # type: ignore[attr-defined]
        self.fields["colleague"].choices = [(pk, pk) for pk in self.colleagues]  # type: ignore[attr-defined]

    @property
    def picked(self) -> tuple[Stopping, Membership]:
        """The identifier and the colleague that a valid form names."""
        sent = self.cleaned_data
        return self.identifiers[sent["ask"]], self.colleagues[sent["colleague"]]


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
        label=pgettext_lazy("password", "Password again"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: QueryDict | None, *, invitation: Invitation) -> None:
        self.invitation = invitation
        known = "" if invitation.name == invitation.email else invitation.name
        super().__init__(data, initial={"name": known})

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
