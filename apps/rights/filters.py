"""Finding resources on the rights page: pure but for the words of the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.core.text import fold
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.models import Direction
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet

SEPARATORS = re.compile(r"[\s,;]+")


class Show(StrEnum):
    """Which of the resources that were found are shown."""

    ALL = ""
    ALLOWED = "allowed"
    BLOCKED = "blocked"
    IMPORT = "import"
    GET = "get"
    PER_TRANSACTION = "per-transaction"


@dataclass(frozen=True)
class Filter:
    """What a person looks for. ``keep`` are rows that stay because they were just changed."""

    find: str = ""
    show: Show = Show.ALL
    keep: ResourceSet = NOTHING

    @property
    def active(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.find.strip()) or self.show is not Show.ALL

    def keeping(self, rows: ResourceSet) -> Filter:
        """Return the filter with some more rows that stay."""
        return replace(self, keep=self.keep | rows)

    def matches(self, catalogue: Catalogue, in_force: ResourceSet) -> ResourceSet:
        """Return the resources to show, available or not."""
        state = {Show.ALLOWED: in_force, Show.BLOCKED: catalogue.live - in_force}
        return self.reach(catalogue) & (state.get(self.show, EVERYTHING) | self.keep)

    def reach(self, catalogue: Catalogue) -> ResourceSet:
        """Return what the filter could ever show, whatever is allowed at the moment."""
        return found(self.find, catalogue) & of_kind(self.show, catalogue)


def found(text: str, catalogue: Catalogue) -> ResourceSet:
    """Return the resources that a text finds.

    A text that consists of codes finds those ("customer, getcustomer.nv"); any other finds the
    resources in whose words each of its words occurs: names in three languages, code, group,
    section, purpose.
    """
    words = [fold(word) for word in SEPARATORS.split(text) if word]
    codes = [word if word.endswith(".nv") else f"{word}.nv" for word in words]
    if len(codes) > 1 and all(code in catalogue.by_code for code in codes):
        return ResourceSet(catalogue.by_code[code].position for code in codes)
    return ResourceSet(
        position
        for position, searched in catalogue.searched.items()
        if all(word in searched for word in words)
    )


def of_kind(show: Show, catalogue: Catalogue) -> ResourceSet:
    """Return the resources that a choice is about; allowed and blocked are about all."""
    match show:
        case Show.ALL | Show.ALLOWED | Show.BLOCKED:
            return catalogue.live
        case Show.IMPORT:
            return catalogue.where(lambda resource: resource.direction == Direction.IMPORT)
        case Show.GET:
            return catalogue.where(lambda resource: resource.direction == Direction.EXPORT)
        case Show.PER_TRANSACTION:
            return catalogue.where(lambda resource: resource.per_transaction)
