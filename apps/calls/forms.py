"""What people look for among the calls of a company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.calls import texts
from apps.core.forms import CodeField, FocusesErrors, MomentField
from apps.identifiers.models import ApiIdentifier
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource

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


def _named(resources: Iterable[InterfaceResource]) -> list[tuple[str, str]]:
    return [(one.code, f"{one.name} ({one.code})") for one in resources]
