"""How what waits for review is answered, and what happened meanwhile: pure decisions, no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from apps.core import refusals


class Reason(refusals.Reason):
    """Why nothing is asked or answered."""

    NONE_CHOSEN = "none-chosen", refusals.Kind.MISTAKE
    NO_SUCH = "no-such", refusals.Kind.MISTAKE
    MOVED_ON = "moved-on", refusals.Kind.MOVED_ON


class Answer(StrEnum):
    """What can be done with what waits."""

    REOPEN = "reopen"
    LEAVE = "leave"


class Happening(StrEnum):
    """What can have happened to an identifier since API traffic was blocked."""

    CREATED = "created"
    REPLACED = "replaced"
    DEACTIVATED = "deactivated"
    PAUSED = "paused"
    STOPPED = "stopped"


def happened(
    times: Mapping[Happening, datetime | None], *, successor: bool, since: datetime
) -> set[Happening]:
    """Return what happened to an identifier after a moment.

    A ``successor`` is told of as its predecessor's replacement, not as a new one.
    """
    found = {what for what, at in times.items() if at is not None and at > since}
    return found - {Happening.CREATED} if successor else found
