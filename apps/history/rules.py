"""What a company's events add up to: pure decisions, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.resources.rules import NOTHING, ResourceSet

STOP = "identifier:stop"
COUNTED = 1000
"""Up to how many changes that a filter finds are counted."""
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
    Kind.PEOPLE: ("membership:", "factor:"),
}
"""How the verbs of each kind begin; any other verb is of another kind."""


def kind_of(verb: str) -> Kind:
    """Return the kind of change that a verb names."""
    return next(
        (kind for kind, begins in BEGINNINGS.items() if verb.startswith(begins)), Kind.OTHER
    )


@dataclass(frozen=True)
class Asked:
    """Which events of a company are looked for; what is none was not asked.

    ``actor`` is a person's number, ``whose`` that of an integration: 0 stands for nobody signed
    in, and for the general access rights. ``until`` is the first moment that is left out.
    """

    resources: ResourceSet | None = None
    actor: int | None = None
    whose: int | None = None
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None


class Offer(StrEnum):
    """What a person is offered to do about a change of rights."""

    NOTHING = "nothing"
    PUT_BACK = "put-back"
    CHANGED_SINCE = "changed-since"
    REVIEW = "review"
    ALLOW_AGAIN = "allow-again"


def offer(*, may_edit: bool, closes: bool, changed: bool, newest: bool) -> Offer:
    """Decide what is offered about a change.

    A block of all API traffic (``closes``) is reviewed, never put back. ``newest`` says that
    nothing was done to the same rights since.
    """
    if not may_edit or not (closes or changed):
        return Offer.NOTHING
    if closes:
        return Offer.REVIEW if newest else Offer.NOTHING
    return Offer.PUT_BACK if newest else Offer.CHANGED_SINCE


def offer_of_stop(*, oversees: bool, at: datetime, stopped_at: datetime | None) -> Offer:
    """Decide what is offered about an identifier that was stopped ``at`` some moment.

    ``stopped_at`` is when the stop began that still lasts, if one does.
    """
    lasts = stopped_at is not None and at >= stopped_at
    return Offer.ALLOW_AGAIN if oversees and lasts else Offer.NOTHING


def is_period(before: Any, after: Any) -> bool:
    """Tell whether nothing but when something is valid was changed."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    changed = {field for field in before | after if before.get(field) != after.get(field)}
    return bool(changed) and changed <= {"valid_from", "valid_until"}


def replay(changes: Iterable[Change]) -> dict[int | None, ResourceSet]:
    """Return the rights after some changes, in their order from the very first.

    A change that allows and blocks nothing still lists the integration.
    """
    rights: dict[int | None, ResourceSet] = {}
    for whose, added, removed in changes:
        rights[whose] = rights.get(whose, NOTHING) - removed | added
    return rights
