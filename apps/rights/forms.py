"""What the rights page sends: presses, names and keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from apps.core.converters import PublicId
from apps.core.forms import CodeField, SearchField
from apps.core.refusals import Refused
from apps.resources.catalogue import Catalogue
from apps.resources.keys import FOUND
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet, Target
from apps.rights import texts
from apps.rights.rules import (
    ALL,
    BEYOND,
    GENERAL,
    NEEDED,
    SECTION,
    SHOWN,
    Filter,
    Refusal,
    Scope,
    Show,
    Wish,
)


def public_id_of(sent: Mapping[str, Any]) -> str | None:
    """Return the integration that a form names, or none.

    Raises Integration.DoesNotExist for what is no public id.
    """
    public_id = sent.get("integration", "")
    if public_id and not re.fullmatch(PublicId.regex, public_id):
        raise Integration.DoesNotExist
    return public_id or None


def target_of(request: HttpRequest, public_id: str | None) -> Target:
    """Return whose rights an address means, for this session."""
    return Target(public_id, request.session.get(FOUND, ()))


class FilterForm(forms.Form):
    """What a person looks for; ``shown`` and ``keep`` are sets in hexadecimal."""

    find = SearchField(label=_("Find a resource"))
    show = forms.TypedChoiceField(
        label=_("Show"), choices=texts.SHOW, coerce=Show, empty_value=Show.ALL, required=False
    )
    keep = forms.CharField(max_length=64, required=False)
    shown = forms.CharField(max_length=64, required=False)

    def clean_keep(self) -> ResourceSet:
        """Return the rows that stay."""
        return _set(self.cleaned_data["keep"])

    def clean_shown(self) -> ResourceSet:
        """Return the rows that the person saw."""
        return _set(self.cleaned_data["shown"])

    @cached_property
    def filter(self) -> Filter:
        """The filter; one that finds everything while the form has a mistake."""
        if not self.is_valid():
            return Filter()
        sent = self.cleaned_data
        return Filter(sent["find"], sent["show"], sent["keep"], sent["shown"])

    @property
    def rows(self) -> ResourceSet:
        """The rows that the person saw while a filter was in use; none while there is a mistake."""
        seen: ResourceSet = self.cleaned_data["shown"] if self.is_valid() else NOTHING
        return seen

    @property
    def typed(self) -> str:
        """What was typed, right or wrong."""
        return str(self.data.get("find", ""))

    @property
    def why(self) -> str:
        """The first thing that is wrong, in a sentence; empty if nothing is."""
        return "" if self.is_valid() else first_mistake(self)


def _set(text: str) -> ResourceSet:
    try:
        return ResourceSet.from_hex(text) if text else NOTHING
    except ValueError:
        raise ValidationError(str(texts.REFUSALS[Refusal.NO_SUCH_RESOURCE])) from None


def first_mistake(form: forms.Form) -> str:
    """Return the first thing that is wrong, in a sentence."""
    return str(next(iter(form.errors.values()))[0])


class WishForm(forms.Form):
    """One press of a switch: its button is named ``allow`` or ``block`` and carries what.

    What is a resource's code, ``section:<code>``, ``all``, ``needed``, ``beyond``
    (what is needed), ``general`` or, while a filter is in use, ``shown``: the rows that the
    person saw, as far as the filter finds them. What is not used is blocked together by the page
    API calls alone, which asks again whether it was used since.
    """

    allow = forms.CharField(max_length=100, required=False)
    block = forms.CharField(max_length=100, required=False)

    @cached_property
    def filter_form(self) -> FilterForm:
        """The filter that was in use."""
        return FilterForm(self.data)

    @property
    def why(self) -> str:
        """What is wrong with the form itself, in a sentence."""
        return first_mistake(self if self.errors else self.filter_form)

    def wish(self, catalogue: Catalogue) -> Wish:
        """Return what is wished; raises Refused."""
        if not (self.is_valid() and self.filter_form.is_valid()):
            raise Refused(Refusal.UNREADABLE)
        allow, block = self.cleaned_data["allow"], self.cleaned_data["block"]
        if bool(allow) == bool(block):
            raise Refused(Refusal.TWO_BUTTONS)
        what = allow or block
        if what == NEEDED:
            return Wish(allow=bool(allow), scope=Scope.NEEDED)
        if what == BEYOND and block:
            return Wish(allow=False, scope=Scope.BEYOND)
        if what == GENERAL and allow:
            return Wish(allow=True, scope=Scope.GENERAL)
        return Wish(bool(allow), Scope.RESOURCES, self._resources(what, catalogue))

    def _resources(self, what: str, catalogue: Catalogue) -> ResourceSet:
        if what == ALL:
            return EVERYTHING
        if what == SHOWN and self.filter_form.filter.show is not Show.UNUSED:
            return self.filter_form.rows & self.filter_form.filter.reach(catalogue)
        if what.startswith(SECTION):
            section = catalogue.section(what.removeprefix(SECTION))
            return section.positions if section else NOTHING
        if resource := catalogue.by_code.get(what):
            return ResourceSet([resource.position])
        raise Refused(Refusal.NO_SUCH_RESOURCE)


class UndoForm(forms.Form):
    """Which change to take back."""

    event = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class SearchForm(forms.Form):
    """The name of a finished integration, whole or in part; or that all of them are wanted."""

    name = SearchField(label=_("Integration name"))
    all = forms.BooleanField(required=False)

    @property
    def text(self) -> str:
        """What there is to search for; nothing while there is a mistake."""
        return str(self.cleaned_data["name"]) if self.is_valid() else ""

    @property
    def asks(self) -> bool:
        """Whether anything is searched."""
        return bool(self.text) or self.every

    @property
    def every(self) -> bool:
        """Whether all finished integrations are wanted."""
        return self.is_valid() and bool(self.cleaned_data["all"])

    @property
    def query(self) -> str:
        """The part of an address that keeps what is searched, with its question mark."""
        if self.every:
            return "?all=on"
        return "?" + urlencode({"name": self.text}) if self.text else ""


class AccessKeyForm(forms.Form):
    """The access key of a custom integration."""

    access_key = CodeField(label=_("Access key"), max_length=200)

    def clean_access_key(self) -> str:
        """Return the key as keys are written: upper case."""
        return str(self.cleaned_data["access_key"]).replace("-", "").upper()

    def refuse(self, why: str | Promise) -> None:
        """Show a message at the field."""
        self.full_clean()
        self.add_error("access_key", str(why))
