"""What people choose for a bulk change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.bulk import texts
from apps.bulk.reads import Example
from apps.bulk.rules import Action, Chosen, NoDraft, Picked
from apps.clients.forms import LISTS, ClientFilter
from apps.companies.fields import BusinessId, as_business_id
from apps.core.forms import FocusesErrors, TextField
from apps.core.refusals import Refused
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.rights.texts import name_of

GENERAL, EVERYWHERE = "general", "all"
SHOWN, MATCHING = "shown", "matching"
LINES, WORDS = re.compile(r"[;\t\r\n]+"), re.compile(r"[\s,]+")
BUSINESS_ID = re.compile(BusinessId.regex)
IDS_AT_MOST = 10_000
REASON_LENGTH = 500
COMPANIONS = {"section": Chosen.SECTION, "resource": Chosen.SINGLE, "like": Chosen.LIKE}
"""The fields that belong to one way of choosing resources."""
FILTERS = ("q", *LISTS, "ids")
Resolved = tuple[str, ResourceSet, object]
"""The field that chose resources, which they are, and what is wrong with the choice, if anything."""


class WishForm(FocusesErrors):
    """Whose rights, which resources, and what is wanted of them."""

    integration = forms.ChoiceField(
        label=gettext_lazy("Integration"),
        error_messages={"required": gettext_lazy("Choose an integration.")},
    )
    chosen = forms.ChoiceField(
        label=gettext_lazy("Resources"),
        choices=texts.CHOSEN,
        initial=Chosen.NEEDED.value,
        widget=forms.RadioSelect,
    )
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    resource = forms.MultipleChoiceField(
        label=gettext_lazy("Single resources"), required=False, widget=forms.CheckboxSelectMultiple
    )
    like = TextField(
        label=gettext_lazy("That company"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its name or its business ID."),
    )
    action = forms.ChoiceField(
        label=gettext_lazy("Action"),
        choices=texts.ACTIONS,
        initial=Action.ALLOW.value,
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": texts.NO_REASON},
        help_text=gettext_lazy(
            "Anyone who can read the change history of these companies will see it."
        ),
    )

    def __init__(
        self,
        sent: QueryDict,
        *,
        previewing: bool,
        catalogue: Catalogue,
        integrations: Sequence[Integration],
        example: Example | None,
    ) -> None:
        """Begin with what was typed, which is complained about by "Preview" alone.

        ``example`` is the company that was named, if the person may see its rights.
        """
        typed = {name: sent.getlist(name) if name == "resource" else sent[name] for name in sent}
        super().__init__(sent if previewing else None, auto_id="w-%s", initial=typed)
        self.catalogue, self.example = catalogue, example
        self.integrations = {one.public_id: one for one in integrations}
        names = [(public_id, one.name) for public_id, one in self.integrations.items()]
        sections = [(found.section.code, found.section.name) for found in catalogue.sections]
        live = [(resource.code, resource.name) for resource in catalogue.of(catalogue.live)]
        self._offer("integration", [*self._all_at_once(), (_("Integrations"), names)])
        self._offer("section", [("", _("Choose")), *sections])
        self._offer("resource", live)

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _all_at_once(self) -> list[tuple[str, Any]]:
        return [("", _("Choose")), (GENERAL, name_of(None)), (EVERYWHERE, texts.EVERYWHERE)]

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
        picked = (self.catalogue.by_code[code].position for code in sent["resource"])
        resources = ResourceSet(picked)
        return "resource", resources, "" if resources else texts.PICK_RESOURCES

    def _like(self, sent: dict[str, Any]) -> Resolved:
        if self.example is None or self.everywhere:
            return "like", NOTHING, texts.PICK_COMPANY
        allowed = self.example.allowed.get(self.picked.pk if self.picked else None)
        if allowed is None and self.picked:
            return "like", NOTHING, texts.NO_LISTING
        useless = not allowed and sent["action"] != Action.EXACT
        return "like", allowed or NOTHING, texts.EMPTY_LIKE if useless else ""

    def wish(self, keys_found: Collection[str]) -> dict[str, Any]:
        """Return what a valid form asks for, as ``services.draft`` takes it."""
        sent, is_like = self.cleaned_data, self.cleaned_data["chosen"] == Chosen.LIKE
        return {
            "integration": self.picked,
            "everywhere": self.everywhere,
            "found_by_key": bool(self.picked and self.picked.public_id in keys_found),
            "chosen": sent["chosen"],
            "like": self.example.company if self.example and is_like else None,
            "resources": sent["resources"],
            "action": sent["action"],
            "reason": sent["reason"],
        }


class CompaniesForm(ClientFilter):
    """Which client companies: those ticked of the ones shown, or all that match but unticked ones.

    ``shown`` names every company that the person saw, ``company`` those that were ticked.
    Companies that a filter chose come ticked, which ``preset`` tells; then ``left_out`` keeps
    those that were unticked in earlier lists. Of others ``also`` keeps those that were ticked.
    """

    ids = TextField(
        label=gettext_lazy("Paste business IDs or names"),
        required=False,
        max_length=120_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Up to 10,000, each on its own line or separated by semicolons."),
    )
    take = forms.ChoiceField(choices=[(SHOWN, SHOWN), (MATCHING, MATCHING)], required=False)
    company = forms.CharField(required=False)
    shown = forms.CharField(required=False)
    preset = forms.CharField(required=False)
    left_out = forms.CharField(required=False)
    also = forms.CharField(required=False)
    seen = forms.CharField(required=False)

    def clean_ids(self) -> list[str]:
        """Return the business ids and names that were pasted, each once."""
        lines = map(str.strip, LINES.split(self.cleaned_data["ids"]))
        asked = list(dict.fromkeys(one for line in lines if line for one in _named(line)))
        if len(asked) > IDS_AT_MOST:
            raise forms.ValidationError(texts.TOO_MANY_IDS)
        return asked

    @property
    def mark(self) -> str:
        """What the filter asks for, to notice a list that belongs to another one."""
        asked = json.dumps([self.data.get(name, "").split() for name in FILTERS])
        return hashlib.sha256(asked.encode()).hexdigest()

    @property
    def narrows(self) -> bool:
        """Whether a filter chooses companies, or names that were pasted."""
        return super().narrows or bool(self.data.get("ids", "").strip())

    @property
    def takes_matching(self) -> bool:
        """Whether all that match are meant, not only those shown."""
        return self.data.get("take") == MATCHING

    @property
    def presets(self) -> bool:
        """Whether the companies that are found come ticked: somebody asked for them."""
        return self.narrows or self.takes_matching

    @property
    def unticked(self) -> frozenset[str]:
        """The companies that were left out of those that came ticked, in this list or earlier."""
        if not self.presets:
            return frozenset()
        shown = self._list("shown")
        here = shown - self._list("company") if self.data.get("preset") else set()
        return frozenset((self._words("left_out") - shown) | here)

    @property
    def ticked(self) -> frozenset[str]:
        """The companies that were ticked by hand, in this list or in an earlier one."""
        shown = self._list("shown")
        here = set() if self.data.get("preset") else self._list("company") & shown
        return frozenset((self._words("also") - shown) | here)

    def ticks(self, business_id: str) -> bool:
        """Tell whether a company that is found is ticked."""
        if business_id in self.ticked | (self._list("company") & self._list("shown")):
            return True
        return self.presets and business_id not in self.unticked

    def picked(self) -> Picked:
        """Return which of the companies found were picked.

        Raises Refused when they were ticked in the list of another filter, or none was.
        """
        if self.is_valid() and self.data.get("seen") != self.mark:
            raise Refused(NoDraft.STALE)
        ticked = frozenset(self._list("company") & self._list("shown"))
        picked = Picked(self.takes_matching, ticked, self.unticked, self.ticked - ticked)
        if self.is_valid() and picked.nobody:
            raise Refused(NoDraft.NO_COMPANIES)
        return picked

    def _words(self, name: str) -> set[str]:
        words: list[str] = self.data.get(name, "").split()
        return {text for text in words if BUSINESS_ID.fullmatch(text)}

    def _list(self, name: str) -> set[str]:
        sent: list[str] = self.data.getlist(name)  # type: ignore[attr-defined]
        return {text for text in sent if BUSINESS_ID.fullmatch(text)}


def _named(line: str) -> list[str]:
    """Return the business ids of a line, or the name that it is."""
    for parts in ([line], WORDS.split(line)):
        ids = [as_business_id(part) for part in parts if part]
        if all(BUSINESS_ID.fullmatch(one) for one in ids):
            return ids
    return [" ".join(line.split())]


class BackForm(forms.Form):
    """Which draft to go back to, or that everything is chosen anew."""

    draft = forms.UUIDField(required=False)
    new = forms.BooleanField(required=False)


class PutBackForm(FocusesErrors):
    """Why a bulk change is undone."""

    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": texts.NO_REASON},
    )
