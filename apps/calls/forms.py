"""What people look for among the calls of a company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.calls import texts
from apps.calls.rules import LONGEST, Asked, Use
from apps.core.forms import CodeField, FocusesErrors, MomentField, day_field
from apps.core.lists import ListForm, Order, moment, text
from apps.gateway.signing import Algorithm, MalformedError, Part, parts_of
from apps.identifiers.models import ApiIdentifier
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import ResourceSet, Standing
from apps.rights.rules import GENERAL, Scope, Wish

# --- Check a call ---------------------------------------------------------------------------------

REQUEST_ID = re.compile(
    r"([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})"
)
"""How the endpoint writes the ids of requests; the hyphens may be lost on the way."""


class RequestIdField(CodeField):
    """The id of a request, however it was copied."""

    def clean(self, value: Any) -> str:
        """Return the id as it is written; raises ValidationError for what is none."""
        found = REQUEST_ID.fullmatch(self.to_python(value).upper())
        if not found:
            raise forms.ValidationError(str(texts.NO_ID))
        return "-".join(found.groups())


class RequestForm(FocusesErrors):
    """The id that a refusal named."""

    request = RequestIdField(
        label=gettext_lazy("Request ID"),
        help_text=gettext_lazy("It stands at the end of a refusal, for example 7K2M-9QXA-04TD."),
    )


def _choice(label: Any, missing: Any) -> forms.CharField:
    errors = {"required": missing}
    return forms.CharField(label=label, widget=forms.Select, error_messages=errors)


class ChoiceForm(FocusesErrors):
    """The call that is thought of: of which identifier and integration, for which resource."""

    identifier = _choice(gettext_lazy("API identifier"), gettext_lazy("Choose an API identifier."))
    integration = _choice(gettext_lazy("Integration"), gettext_lazy("Choose an integration."))
    resource = _choice(gettext_lazy("Resource"), gettext_lazy("Choose a resource."))
    at = MomentField(
        label=gettext_lazy("Date and time"),
        help_text=gettext_lazy("Finnish time. Leave empty to check the call as it would be now."),
    )

    @classmethod
    def of(cls, data: QueryDict) -> ChoiceForm:
        """Read what an address asks; what lacks a part, or is to be changed, is only filled in."""
        asks = {"identifier", "integration", "resource"} <= data.keys() and "change" not in data
        return cls(data) if asks else cls(initial=data.dict())

    @property
    def filled_in(self) -> ChoiceForm:
        """The same without its mistakes."""
        return ChoiceForm(initial=dict(self.data.items()))

    def clean_at(self) -> datetime | None:
        """Refuse a moment that has not come."""
        at: datetime | None = self.cleaned_data["at"]
        if at and at > timezone.now():
            raise forms.ValidationError(str(texts.LATER))
        return at

    @property
    def names(self) -> tuple[str, str, str]:
        """What a form without mistakes names: a User ID, a public id and a code."""
        sent = self.cleaned_data
        return sent["identifier"], sent["integration"], sent["resource"]

    @property
    def named(self) -> str:
        """The User ID that is named, right or wrong."""
        return str(self["identifier"].value() or "")

    def offer(
        self,
        identifiers: Iterable[ApiIdentifier],
        integrations: Iterable[Integration],
        catalogue: Catalogue,
    ) -> None:
        """Offer what can be chosen."""
        parts = catalogue.sections
        choices: Mapping[str, Sequence[Any]] = {
            "identifier": [
                (one.user_id, f"{one.user_id}, {one.owner.name}") for one in identifiers
            ],
            "integration": [
                (one.public_id, one.name) for one in sorted(integrations, key=attrgetter("place"))
            ],
            "resource": [
                (part.section.name, _named(catalogue.of(part.positions))) for part in parts
            ],
        }
        for name, offered in choices.items():
            self.fields[name].widget.choices = [("", texts.CHOOSE), *offered]


class SignatureForm(FocusesErrors):
    """The text that a program signed, with the two keys at its end: it goes nowhere but here."""

    use_required_attribute = False
    own = _choice(gettext_lazy("Your API identifier"), gettext_lazy("Choose an API identifier."))
    partner = _choice(gettext_lazy("Integration"), gettext_lazy("Choose an integration."))
    algorithm = forms.TypedChoiceField(
        label=gettext_lazy("Way of signing"),
        choices=[(one.value, one.value) for one in Algorithm],
        coerce=Algorithm,
    )
    text = forms.CharField(
        label=gettext_lazy("The text that the program signs"),
        help_text=gettext_lazy("It is compared here, and neither stored nor shown to anybody."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        max_length=10_000,
        strip=False,
        error_messages={"required": gettext_lazy("Paste the text.")},
    )

    @classmethod
    def of(
        cls, data: QueryDict | None, own: Iterable[ApiIdentifier], known: Iterable[Integration]
    ) -> SignatureForm:
        """Return the form with what can be chosen."""
        form = cls(data)
        by_name = sorted(known, key=attrgetter("place"))
        for name, offered in {
            "own": [(one.user_id, one.user_id) for one in own],
            "partner": [(one.public_id, one.name) for one in by_name],
        }.items():
            form.fields[name].widget.choices = [("", texts.CHOOSE), *offered]
        return form

    @property
    def emptied(self) -> SignatureForm:
        """The same for another text: the keys in this one are not shown again."""
        form = SignatureForm(initial={name: self[name].value() for name in ("own", "partner")})
        for name in ("own", "partner"):
            form.fields[name].widget.choices = self.fields[name].widget.choices
        return form

    def clean_text(self) -> dict[Part, str]:
        """Return the parts of the text."""
        try:
            return parts_of(self.cleaned_data["text"].strip("\r\n"), self.cleaned_data["algorithm"])
        except MalformedError:
            raise forms.ValidationError(str(texts.TOO_FEW_PARTS)) from None


def _named(resources: Iterable[InterfaceResource]) -> list[tuple[str, str]]:
    return [(one.code, f"{one.name} ({one.code})") for one in resources]


# --- API calls ------------------------------------------------------------------------------------


class KnownField(forms.ChoiceField):
    """A choice that may be left open; what is not among the choices counts as left open."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, **more)

    def to_python(self, value: Any) -> str:
        """Return a choice, or nothing."""
        text = str(super().to_python(value))
        return text if self.valid_value(text) else ""


class CallsForm(ListForm):
    """Which calls of a company are shown: of thirty days unless a period is asked for."""

    ORDER: ClassVar[Order] = {"-at": moment, "-request_id": text}

    since = day_field(pgettext_lazy("period", "From"), required=True)
    until = day_field(pgettext_lazy("period", "To"), required=True)
    integration = KnownField(label=gettext_lazy("Integration"))
    resource = KnownField(label=gettext_lazy("Resource"))
    identifier = KnownField(label=gettext_lazy("API identifier"))
    verdict = KnownField(label=gettext_lazy("Answer"))

    def __init__(self, data: QueryDict, today: date) -> None:
        usual = {"since": today - timedelta(days=29), "until": today}
        given = {name: value for name, value in data.items() if value or name not in usual}
        super().__init__({**usual, **given}, auto_id="f-%s")
        self.given = {name: str(value) for name, value in given.items() if name in self.fields}

    def offer(
        self,
        uses: Sequence[Use],
        integrations: Mapping[int, Integration],
        catalogue: Catalogue,
    ) -> None:
        """Offer what was called and who called in ninety days."""
        user_ids = sorted({one.user_id for one in uses if one.user_id})
        codes = {one.resource for one in uses}
        named = sorted(integrations.values(), key=attrgetter("place"))
        self.numbers = {one.user_id: one.identifier for one in uses}
        self.whose = {one.public_id: one.pk for one in named}
        self._choose("integration", [(one.public_id, one.name) for one in named])
        self._choose("identifier", [(user_id, user_id) for user_id in user_ids])
        called = [one for one in catalogue.resources if one.code in codes]
        self._choose("resource", [(one.code, f"{one.name} ({one.code})") for one in called])
        reasons = sorted({one.verdict for one in uses if one.verdict})
        answers = [(one.value, words) for one, words in texts.ANSWERED.items()]
        self._choose("verdict", [*answers, *((one, texts.reason(one)) for one in reasons)])

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        anything = ("", pgettext_lazy("filter", "All"))
        self.fields[name].choices = [anything, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or is longer than a year."""
        sent = super().clean()
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", str(texts.ENDS_TOO_EARLY))
        elif since and until and until - since > LONGEST:
            self.add_error("since", str(texts.TOO_LONG))
        return sent

    @property
    def asked(self) -> Asked:
        """What a form without mistakes asks for."""
        sent = self.cleaned_data
        return Asked(
            since=sent["since"],
            until=sent["until"],
            integration=self.whose.get(sent["integration"]),
            identifier=self.numbers.get(sent["identifier"]),
            resource=sent["resource"],
            verdict=sent["verdict"],
        )

    @property
    def query(self) -> str:
        """The part of an address that holds the filter, with its question mark."""
        kept = {name: value for name, value in self.given.items() if value and name != "after"}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether something else is asked for than at first."""
        return bool(self.query)


class BlockForm(forms.Form):
    """Which rights that no call used are to be blocked: all of an integration, or single ones."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.whole = set(data.getlist("all"))
        self.single = {tuple(one.partition(":")[::2]) for one in data.getlist("resource")}

    def chosen(self, standing: Standing, unused: ResourceSet, catalogue: Catalogue) -> ResourceSet:
        """Return what of the unused rights of an integration is to be blocked."""
        whose = standing.public_id or GENERAL
        if whose in self.whole:
            return unused
        codes = [code for one, code in self.single if one == whose and code in catalogue.by_code]
        return unused & ResourceSet(catalogue.by_code[code].position for code in codes)


class AllowForm(forms.Form):
    """Which refused calls of an integration are to pass from now on."""

    integration = forms.CharField(max_length=64)

    def __init__(self, data: QueryDict, catalogue: Catalogue | None = None) -> None:
        super().__init__(data)
        self.codes = data.getlist("resource")

    def wish(self, catalogue: Catalogue) -> Wish:
        """Return the wish to allow what was refused."""
        known = [catalogue.by_code[code] for code in self.codes if code in catalogue.by_code]
        picked = ResourceSet(one.position for one in known)
        return Wish(allow=True, scope=Scope.RESOURCES, resources=picked)


class BackForm(forms.Form):
    """Which change is to be taken back: a single one, or several that were made as one."""

    event = forms.CharField(max_length=40)

    @property
    def number(self) -> int | None:
        """The number of a single change."""
        text = str(self.cleaned_data["event"])
        return int(text) if text.isdecimal() and len(text) < 19 else None

    @property
    def together(self) -> UUID | None:
        """What several changes share that were made as one."""
        try:
            return UUID(self.cleaned_data["event"])
        except ValueError:
            return None
