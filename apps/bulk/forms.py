"""What people choose for a bulk change."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.bulk import queries, texts
from apps.bulk.rules import Action, Chosen
from apps.clients.forms import LISTS, ClientFilter
from apps.clients.queries import Clients
from apps.companies.fields import BusinessId, as_business_id
from apps.companies.models import CompanyQuerySet
from apps.core.forms import FocusesErrors
from apps.resources.models import Integration, Listing
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.rights.texts import name_of

GENERAL, EVERYWHERE = "general", "all"
SHOWN, MATCHING = "shown", "matching"
SHOWN_AT_MOST = 100
SEPARATORS = re.compile(r"[\s,;]+")
BUSINESS_ID = re.compile(BusinessId.regex)
IDS_AT_MOST = 20_000
COMPANIONS = {"section": Chosen.SECTION, "code": Chosen.SINGLE, "like": Chosen.LIKE}
"""The fields that belong to one way of choosing resources."""
FILTERS = ("q", *LISTS, "ids")
Resolved = tuple[str, ResourceSet, object]
"""The field that chose resources, which they are, and what is wrong with the choice, if anything."""


class WishForm(FocusesErrors):
    """Whose rights, which resources, and what is wanted of them."""

    integration = forms.ChoiceField(label=gettext_lazy("Integration"))
    chosen = forms.ChoiceField(
        label=gettext_lazy("Resources"),
        choices=texts.CHOSEN,
        initial=Chosen.NEEDED.value,
        widget=forms.RadioSelect,
    )
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    code = forms.MultipleChoiceField(
        label=gettext_lazy("Single resources"), required=False, widget=forms.CheckboxSelectMultiple
    )
    like = forms.CharField(
        label=gettext_lazy("Business ID of that company"), max_length=20, required=False
    )
    action = forms.ChoiceField(
        label=gettext_lazy("What is wanted"),
        choices=texts.ACTIONS,
        initial=Action.ALLOW.value,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy(
            "Everybody who reads the change history of these companies sees it."
        ),
    )

    def __init__(self, data: QueryDict | None, *, clients: Clients, **more: Any) -> None:
        super().__init__(data, auto_id="w-%s", **more)
        self.clients, self.catalogue = clients, clients.catalogue
        self.integrations = {one.public_id: one for one in clients.integrations}
        names = [(public_id, one.name) for public_id, one in self.integrations.items()]
        self.fields["integration"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            (GENERAL, name_of(None)),
            (EVERYWHERE, texts.EVERYWHERE),
            (_("Integrations"), names),
        ]
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((found.section.code, found.section.name) for found in self.catalogue.sections),
        ]
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (resource.code, resource.name) for resource in self.catalogue.of(self.catalogue.live)
        ]

    @property
    def picked(self) -> Integration | None:
        """The chosen integration, or none for the general rights and for all."""
        return self.integrations.get(self.cleaned_data.get("integration", ""))

    @property
    def everywhere(self) -> bool:
        """Whether all integrations are meant."""
        return self.cleaned_data.get("integration") == EVERYWHERE

    def clean(self) -> dict[str, Any]:
        """Resolve the choice of resources to a set, each mistake at its own field."""
        sent = super().clean() or self.cleaned_data
        if self.errors:
            return sent
        if self.everywhere and sent["action"] != Action.BLOCK:
            self.add_error("action", str(texts.NOT_BLOCKED))
            return sent
        if any(sent[name] and sent["chosen"] != kind for name, kind in COMPANIONS.items()):
            self.add_error("chosen", str(texts.TWO_CHOICES))
            return sent
        field, resources, mistake = self._resolved(sent)
        available = self.picked.available if self.picked else EVERYTHING
        if not mistake and sent["chosen"] != Chosen.LIKE:
            mistake = "" if resources & available & self.catalogue.live else texts.NOT_AVAILABLE
        if mistake:
            self.add_error(field, str(mistake))
        sent["resources"] = resources
        return sent

    def _resolved(self, sent: dict[str, Any]) -> Resolved:
        match Chosen(sent["chosen"]):
            case Chosen.ALL:
                return "chosen", EVERYTHING, ""
            case Chosen.NEEDED:
                return self._needed()
            case Chosen.SECTION:
                return self._section(sent)
            case Chosen.SINGLE:
                return self._single(sent)
            case Chosen.LIKE:
                return self._like(sent)

    def _needed(self) -> Resolved:
        needed = self.picked.needed if self.picked else NOTHING
        return "chosen", needed, "" if needed else texts.NO_NEEDS

    def _section(self, sent: dict[str, Any]) -> Resolved:
        section = self.catalogue.section(sent["section"])
        if section is None:
            return "section", NOTHING, texts.PICK_SECTION
        return "section", section.positions, ""

    def _single(self, sent: dict[str, Any]) -> Resolved:
        picked = (self.catalogue.by_code[code].position for code in sent["code"])
        resources = ResourceSet(picked)
        return "code", resources, "" if resources else texts.PICK_RESOURCES

    def _like(self, sent: dict[str, Any]) -> Resolved:
        there = queries.client(self.clients.access, sent["like"])
        if there is None or not there.may_view_rights or self.everywhere:
            return "like", NOTHING, texts.PICK_COMPANY
        sent["like_company"] = there.company
        listing = Listing.objects.visible_to(there).filter(integration=self.picked).first()
        if listing is None and self.picked:
            return "like", NOTHING, texts.NO_LISTING
        resources = listing.allowed if listing else NOTHING
        useless = not resources and sent["action"] != Action.EXACT
        return "like", resources, texts.EMPTY_LIKE if useless else ""

    @property
    def wish(self) -> dict[str, Any]:
        """What a valid form asks for, as ``services.draft`` takes it."""
        sent = self.cleaned_data
        return {
            "integration": self.picked,
            "everywhere": self.everywhere,
            "found_by_key": bool(self.picked and self.picked.public_id in self.clients.keys_found),
            "chosen": sent["chosen"],
            "like": sent.get("like_company"),
            "resources": sent["resources"],
            "action": sent["action"],
            "reason": sent["reason"],
        }


class CompaniesForm(ClientFilter):
    """Which client companies: those ticked of the ones shown, or all that match but unticked ones.

    ``shown`` names every company that the person saw, ``company`` those that stayed ticked.
    """

    ids = forms.CharField(
        label=gettext_lazy("Business IDs"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Paste as many as you like, parted by spaces, commas or lines."),
    )
    take = forms.ChoiceField(choices=[(SHOWN, SHOWN), (MATCHING, MATCHING)], required=False)
    company = forms.CharField(required=False)
    shown = forms.CharField(required=False)
    left_out = forms.CharField(required=False)
    seen = forms.CharField(required=False)

    def clean_ids(self) -> list[str]:
        """Return the business ids that were pasted, each once, however they are parted."""
        words = filter(None, SEPARATORS.split(self.cleaned_data["ids"]))
        asked = list(dict.fromkeys(as_business_id(word) for word in words))
        if len(asked) > IDS_AT_MOST:
            raise forms.ValidationError(texts.TOO_MANY_IDS)
        return asked

    @property
    def mark(self) -> str:
        """What the filter asks for, to notice a list that belongs to another one."""
        asked = json.dumps([self.data.get(name, "").split() for name in FILTERS])
        return hashlib.sha256(asked.encode()).hexdigest()

    @property
    def is_stale(self) -> bool:
        """Whether the companies were ticked in the list of another filter."""
        return self.data.get("seen") != self.mark

    @property
    def unticked(self) -> set[str]:
        """The companies that were left out, in this list or in an earlier one."""
        shown = self._list("shown")
        words = self.data.get("left_out", "").split()
        earlier = {text for text in words if BUSINESS_ID.fullmatch(text)}
        return (earlier - shown) | (shown - self._list("company"))

    def chosen(self, found: CompanyQuerySet) -> CompanyQuerySet:
        """Return those of the found companies that the person chose."""
        if self.cleaned_data.get("take") == MATCHING:
            return found.exclude(business_id__in=self.unticked)
        return found.filter(business_id__in=self._list("company") & self._list("shown"))

    def _list(self, name: str) -> set[str]:
        sent: list[str] = self.data.getlist(name)  # type: ignore[attr-defined]
        return {text for text in sent if BUSINESS_ID.fullmatch(text)}


class BackForm(forms.Form):
    """Which draft to go back to."""

    draft = forms.UUIDField(required=False)
