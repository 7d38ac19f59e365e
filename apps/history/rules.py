"""What a company's events add up to: pure decisions, no database."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from apps.resources.rules import NOTHING, ResourceSet

Change = tuple[int | None, ResourceSet, ResourceSet]
"""Whose rights were changed (none: the general ones), what was allowed, what was blocked."""


class Kind(StrEnum):
    """What a change is about."""

    RIGHTS = "rights"
    IDENTIFIERS = "identifiers"
    PEOPLE = "people"
    OTHER = "other"


BEGINNINGS: dict[Kind, tuple[str, ...]] = {
    Kind.RIGHTS: ("rights:",),
    Kind.IDENTIFIERS: ("identifier:",),
    Kind.PEOPLE: ("membership:",),
}
"""How the verbs of each kind begin; any other verb is of another kind."""


def kind_of(verb: str) -> Kind:
    """Return the kind of change that a verb names."""
    return next(
        (kind for kind, begins in BEGINNINGS.items() if verb.startswith(begins)), Kind.OTHER
    )


def replay(changes: Iterable[Change]) -> dict[int | None, ResourceSet]:
    """Return the rights after some changes, in their order from the very first.

    A change that allows and blocks nothing still lists the integration.
    """
    rights: dict[int | None, ResourceSet] = {}
    for whose, added, removed in changes:
        rights[whose] = rights.get(whose, NOTHING) - removed | added
    return rights
