"""Why a change is not made: one exception, whose reason each app's rules name."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import Self


class Kind(Enum):
    """What sort of refusal a reason is; the guard knows the status of each."""

    MISTAKE = auto()
    """Something was asked for that there is not, or that cannot be."""
    MOVED_ON = auto()
    """What the person saw was changed meanwhile."""
    FORBIDDEN = auto()
    """The rules do not let this person."""


class Reason(StrEnum):
    """Why a change is not made. Each app's ``rules`` has its own, its ``texts`` the words."""

    kind: Kind

    def __new__(cls, code: str, kind: Kind) -> Self:
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.kind = kind
        return reason


class Refused(Exception):  # noqa: N818 - what happened, in the words of the house
    """A change that is not made; raised inside its transaction, so nothing of it is saved."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
