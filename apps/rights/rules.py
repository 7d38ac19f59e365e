"""What a press on the rights page asks for, and what a filter finds: pure decisions, no database.

Source: the help article "Rights of interface resources" and docs/decisions/003.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, assert_never
from urllib.parse import urlencode

from apps.core.refusals import Kind, Reason
from apps.core.text import fold
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet

if TYPE_CHECKING:
    from apps.resources.catalogue import Catalogue

CLOSE = "rights:close"
"""The verb of blocking all API traffic, which is reviewed and reopened, never undone."""
REOPEN = "rights:reopen"
"""The verb of allowing again what such a block took away."""
LEAVE = "rights:leave"
"""The verb of leaving it blocked: ``removed`` says what stays so; no right changes, so that it
stands in no change's way."""
UNDO = "rights:undo"
"""The verb of putting back what a change of somebody's rights changed."""
REVIEW = "review:rights"
"""The verb of finding rights still right, which changes none: ``after`` has those that were."""
ALL, NEEDED, BEYOND, GENERAL, SHOWN = "all", "needed", "beyond", "general", "shown"
SECTION = "section:"
"""What a button carries in place of a resource's code."""
SEPARATORS = re.compile(r"[\s,;]+")


class Refusal(Reason):
    """Why rights are not changed."""

    TWO_BUTTONS = "two_buttons", Kind.MISTAKE
    NO_SUCH_RESOURCE = "no_such_resource", Kind.MISTAKE
    UNREADABLE = "unreadable", Kind.MISTAKE
    """The form itself says what is wrong with it."""
    NOT_AVAILABLE = "not_available", Kind.MISTAKE
    ALREADY_LISTED = "already_listed", Kind.MOVED_ON
    MOVED_ON = "moved_on", Kind.MOVED_ON
    NOT_AS_SEEN = "not_as_seen", Kind.MOVED_ON
    """Somebody changed what the page showed before it was found right."""


def answered(before: Any) -> ResourceSet:
    """Return what a change answered of that which waited for review, as its event keeps it."""
    written = before.get("waiting") if isinstance(before, dict) else None
    return ResourceSet.from_hex(written) if written else NOTHING


class Share(StrEnum):
    """How much of a section or an integration is allowed; the values are those of ARIA."""

    NOTHING = "false"
    SOME = "mixed"
    ALL = "true"


def share(allowed: int, total: int) -> Share:
    """Return what part ``allowed`` is of ``total`` resources; of none, nothing is allowed."""
    if not allowed:
        return Share.NOTHING
    return Share.ALL if allowed == total else Share.SOME


class Scope(StrEnum):
    """What a change of rights is about."""

    RESOURCES = "resources"
    NEEDED = "needed"
    BEYOND = "beyond"
    GENERAL = "general"


@dataclass(frozen=True)
class Wish:
    """A wanted state, never "the other one": pressing twice must end the same way.

    ``NEEDED`` means the resources that the integration needs, ``BEYOND`` all others where that is
    known, ``GENERAL`` those that the general rights give it now; only ``RESOURCES`` uses
    ``resources``.
    """

    allow: bool
    scope: Scope
    resources: ResourceSet = NOTHING


def reach(wish: Wish, *, needed: ResourceSet, general: ResourceSet) -> ResourceSet:
    """Return the resources that a wish is about, for one integration."""
    match wish.scope:
        case Scope.RESOURCES:
            return wish.resources
        case Scope.NEEDED:
            return needed
        case Scope.BEYOND:
            return EVERYTHING - needed if needed else NOTHING
        case Scope.GENERAL:
            return general
    assert_never(wish.scope)


def granted(
    wish: Wish, *, allowed: ResourceSet, within: ResourceSet, usable: ResourceSet
) -> ResourceSet:
    """Return the set after a wish about ``within``: nothing unusable is ever allowed."""
    return allowed | within & usable if wish.allow else allowed - within


class Show(StrEnum):
    """Which of the resources that were found are shown."""

    ALL = ""
    ALLOWED = "allowed"
    BLOCKED = "blocked"
    IMPORT = "import"
    GET = "get"
    PER_TRANSACTION = "per-transaction"
    SENSITIVE = "sensitive"
    UNUSED = "unused"


@dataclass(frozen=True)
class Filter:
    """What a person looks for. ``keep`` are rows that stay because they were just changed.

    ``unused`` is what no call used, or what was shown as such when a switch was pressed, and
    ``counted`` says whether that is known.
    """

    find: str = ""
    show: Show = Show.ALL
    keep: ResourceSet = NOTHING
    unused: ResourceSet = NOTHING
    counted: bool = False

    @property
    def active(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.find.strip()) or self.show is not Show.ALL

    @property
    def query(self) -> str:
        """The part of an address that holds it, with its question mark."""
        if not self.active:
            return ""
        kept = {"keep": self.keep.hex} if self.keep else {}
        return "?" + urlencode({"find": self.find, "show": self.show.value, **kept})

    def keeping(self, rows: ResourceSet) -> Filter:
        """Return the filter with some more rows that stay."""
        return replace(self, keep=self.keep | rows)

    def knowing(self, unused: ResourceSet | None) -> Filter:
        """Return the filter once it is asked what is not used; while nobody knows, all is shown."""
        if unused is not None:
            return replace(self, unused=unused, counted=True)
        return replace(self, show=Show.ALL) if self.show is Show.UNUSED else self

    def matches(self, catalogue: Catalogue, in_force: ResourceSet) -> ResourceSet:
        """Return the resources to show, available or not."""
        if not self.active:
            return EVERYTHING
        state = {
            Show.ALLOWED: in_force,
            Show.BLOCKED: catalogue.live - in_force,
            Show.UNUSED: self.unused,
        }
        return self.reach(catalogue) & (state.get(self.show, EVERYTHING) | self.keep)

    def reach(self, catalogue: Catalogue) -> ResourceSet:
        """Return what the filter could ever show, whatever is allowed at the moment."""
        return found(self.find, catalogue) & of_kind(self.show, catalogue)


NO_FILTER = Filter()


def found(text: str, catalogue: Catalogue) -> ResourceSet:
    """Return the resources that a text finds.

    A text that consists of codes finds those ("customer, getcustomer.nv"); any other finds the
    resources in whose words each of its words occurs: names in three languages, code, group,
    section, purpose.
    """
    words = words_of(text)
    codes = [word if word.endswith(".nv") else f"{word}.nv" for word in words]
    if len(codes) > 1 and all(code in catalogue.by_code for code in codes):
        return ResourceSet(catalogue.by_code[code].position for code in codes)
    return ResourceSet(
        position
        for position, searched in catalogue.searched.items()
        if all(word in searched for word in words)
    )


def words_of(text: str) -> list[str]:
    """Return what is looked for, word by word, as it is compared."""
    return [fold(word) for word in SEPARATORS.split(text) if word]


Part = tuple[str, bool]
"""A piece of a text, and whether a search found it."""


def marked(text: str, words: Collection[str]) -> list[Part]:
    """Return a text in pieces, those that one of the folded words found told apart."""
    folded, places = "", list[int]()
    for place, sign in enumerate(text):
        plain = sign if sign.isspace() else fold(sign)
        folded, places = folded + plain, places + [place] * len(plain)
    hits = set[int]()
    for word in filter(None, words):
        start = folded.find(word)
        while start >= 0:
            hits.update(places[start : start + len(word)])
            start = folded.find(word, start + 1)
    pieces = groupby(range(len(text)), key=hits.__contains__)
    return [("".join(text[place] for place in run), hit) for hit, run in pieces]


def of_kind(show: Show, catalogue: Catalogue) -> ResourceSet:
    """Return the resources that a choice is about; allowed and blocked are about all."""
    match show:
        case Show.ALL | Show.ALLOWED | Show.BLOCKED | Show.UNUSED:
            return catalogue.live
        case Show.IMPORT:
            return catalogue.where(lambda resource: resource.direction == "import")
        case Show.GET:
            return catalogue.where(lambda resource: resource.direction == "export")
        case Show.PER_TRANSACTION:
            return catalogue.where(lambda resource: resource.per_transaction)
        case Show.SENSITIVE:
            return catalogue.where(lambda resource: resource.sensitive)
    assert_never(show)
