"""Which right wins, and what a set of rights looks like: pure decisions, no database.

Source: the help article "Rights of interface resources" and docs/decisions/003.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

POSITIONS = range(256)
"""Every resource has one of these for ever; they are written in catalog/resources.csv."""


class ResourceSet:
    """An immutable set of resources, each known by its position.

    ``bytes(a_set)`` is the stored form: 32 bytes, the lowest position in the lowest bit of the
    first byte. Raises ValueError for a position outside ``POSITIONS``.
    """

    __slots__ = ("_bits",)
    _bits: int

    def __init__(self, positions: Iterable[int] = ()) -> None:
        bits = 0
        for position in positions:
            if position not in POSITIONS:
                raise ValueError(f"no such position: {position}")
            bits |= 1 << position
        object.__setattr__(self, "_bits", bits)

    @classmethod
    def from_bytes(cls, stored: bytes) -> ResourceSet:
        """Read the stored form; raises ValueError unless it has exactly 32 bytes."""
        if len(stored) * 8 != len(POSITIONS):
            raise ValueError(f"a stored set has 32 bytes, not {len(stored)}")
        return cls._of(int.from_bytes(stored, "little"))

    @classmethod
    def from_column(cls, stored: bytes | memoryview | None) -> ResourceSet:
        """Read a column as a database answers it; nothing stored is the empty set.

        Raises ValueError as ``from_bytes``.
        """
        return cls() if stored is None else cls.from_bytes(bytes(stored))

    @classmethod
    def _of(cls, bits: int) -> ResourceSet:
        made = object.__new__(cls)
        object.__setattr__(made, "_bits", bits)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a ResourceSet does not change")

    @classmethod
    def from_hex(cls, text: str) -> ResourceSet:
        """Read ``a_set.hex``; raises ValueError for anything else."""
        return cls.from_bytes(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """The stored form as text, for forms and addresses."""
        return bytes(self).hex()

    def __bytes__(self) -> bytes:
        return self._bits.to_bytes(len(POSITIONS) // 8, "little")

    def __contains__(self, position: int) -> bool:
        return position in POSITIONS and bool(self._bits >> position & 1)

    def __iter__(self) -> Iterator[int]:
        bits = self._bits
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __or__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits | other._bits)

    def __and__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits & other._bits)

    def __sub__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits & ~other._bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceSet) and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._bits)

    def __repr__(self) -> str:
        return f"ResourceSet({list(self)})"


EVERYTHING = ResourceSet(POSITIONS)
NOTHING = ResourceSet()


class Verdict(StrEnum):
    """The answer to "may this integration use this resource?"; only ``ALLOWED`` is true."""

    ALLOWED = "allowed"
    NOT_AVAILABLE = "not_available"
    BLOCKED_IN_GENERAL = "blocked_in_general"
    BLOCKED_FOR_INTEGRATION = "blocked_for_integration"

    def __bool__(self) -> bool:
        return self is Verdict.ALLOWED


def right_in_force(*, available: bool, listed: bool, specific: bool, general: bool) -> Verdict:
    """Decide one integration's access to one resource.

    A listed integration is judged by its own rights alone, so that blocking it always works,
    whatever the general rights allow. ``available`` is false for retired resources too.
    """
    if not available:
        return Verdict.NOT_AVAILABLE
    if listed:
        return Verdict.ALLOWED if specific else Verdict.BLOCKED_FOR_INTEGRATION
    return Verdict.ALLOWED if general else Verdict.BLOCKED_IN_GENERAL


class Sign(StrEnum):
    """The warning beside a listed integration."""

    CLOSED = "closed"
    LACKING = "lacking"
    PARTLY = "partly"
    LIMITED = "limited"


def warning_sign(
    *, usable: ResourceSet, in_force: ResourceSet, needed: ResourceSet, limited: bool
) -> Sign | None:
    """Return the sign of a listed integration; the general access rights have none.

    ``usable`` is what is available to it and not retired, ``in_force`` what of that is allowed.
    """
    if not in_force:
        return Sign.CLOSED
    if must_have(usable=usable, needed=needed, limited=limited) - in_force:
        return Sign.LACKING
    if limited:
        return Sign.LIMITED
    return Sign.PARTLY if usable - in_force else None


def must_have(*, usable: ResourceSet, needed: ResourceSet, limited: bool) -> ResourceSet:
    """Return what an integration cannot do without.

    One with a limited set needs all of it (help article).
    """
    return usable if limited else needed & usable


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
    GENERAL = "general"


@dataclass(frozen=True)
class Wish:
    """A wanted state, never "the other one": pressing twice must end the same way.

    ``NEEDED`` means the resources that the integration needs, ``GENERAL`` those that the
    general rights give it now; only ``RESOURCES`` uses ``resources``.
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
        case Scope.GENERAL:
            return general
    assert_never(wish.scope)


def granted(
    wish: Wish, *, allowed: ResourceSet, within: ResourceSet, usable: ResourceSet
) -> ResourceSet:
    """Return the set after a wish about ``within``: nothing unusable is ever allowed."""
    return allowed | within & usable if wish.allow else allowed - within
