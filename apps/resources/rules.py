"""Which right wins, and how a company's rights stand: pure decisions, no database.

Source: the help article "Rights of interface resources" and docs/decisions/003.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.resources.models import Integration

POSITIONS = range(256)
"""Every resource has one of these for ever; they are written in csv/resources.csv."""


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
        digits = reversed(f"{self._bits:b}")
        return (position for position, digit in enumerate(digits) if digit == "1")

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __or__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits | other._bits)

    def __and__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits & other._bits)

    def __sub__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits & ~other._bits)

    def __xor__(self, other: ResourceSet) -> ResourceSet:
        return self._of(self._bits ^ other._bits)

    def __le__(self, other: ResourceSet) -> bool:
        """Tell whether every one of them is in the other set too."""
        return not self._bits & ~other._bits

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
    """The warning beside a listed integration; ``LEFT`` is none: blocked on purpose."""

    CLOSED = "closed"
    LEFT = "left"
    LACKING = "lacking"
    PARTLY = "partly"
    LIMITED = "limited"


def warning_sign(
    *,
    usable: ResourceSet,
    in_force: ResourceSet,
    needed: ResourceSet,
    limited: bool,
    left: bool = False,
) -> Sign | None:
    """Return the sign of a listed integration; the general access rights have none.

    ``usable`` is what is available to it and not retired, ``in_force`` what of that is allowed;
    ``left`` says that it was left blocked on purpose.
    """
    if not in_force:
        return Sign.LEFT if left else Sign.CLOSED
    if must_have(usable=usable, needed=needed, limited=limited) - in_force:
        return Sign.LACKING
    if limited:
        return Sign.LIMITED
    return Sign.PARTLY if usable - in_force else None


def must_have(*, usable: ResourceSet, needed: ResourceSet, limited: bool) -> ResourceSet:
    """Return what an integration cannot do without.

    One with a limited set needs all of it (docs/decisions/003).
    """
    return usable if limited else needed & usable


def surplus(*, in_force: ResourceSet, needed: ResourceSet, limited: bool) -> ResourceSet:
    """Return what is allowed beyond what an integration needs.

    Nothing where its needs are not known, or where its limited set is what it needs.
    """
    return in_force - needed if needed and not limited else NOTHING


LATELY = timedelta(days=90)
"""What was allowed within so many days is new: whether it is used cannot be told yet."""


@dataclass(frozen=True)
class Lately:
    """What was allowed lately: everything, until nothing has been allowed for so long."""

    resources: ResourceSet = NOTHING
    last: date | None = None

    def on(self, today: date) -> ResourceSet:
        """Return what of it is new on a day."""
        return self.resources if self.last and today - self.last < LATELY else NOTHING

    def adding(self, allowed: ResourceSet, today: date) -> Lately:
        """Return it with what is allowed on a day."""
        return Lately(self.on(today) | allowed, today) if allowed else self


@dataclass(frozen=True)
class Stored:
    """What a listing keeps: the ``allowed`` set, and why the rest of it is blocked.

    ``waiting`` is what blocks of all API traffic took away and nobody has answered yet: it is
    reviewed, since an emergency stop that is restored blindly would reopen the hole that it
    closed. ``left`` says that everything is blocked on purpose, so that nobody is warned of it;
    allowing anything ends that. ``lately`` is written along with a change, and is no part of it.
    """

    allowed: ResourceSet = NOTHING
    waiting: ResourceSet = NOTHING
    left: bool = False
    lately: Lately = field(default=Lately(), compare=False)


@dataclass(frozen=True)
class Standing:
    """One integration's rights in one company; without integration, the general access rights.

    ``stored`` is none before it is listed, ``usable`` what can be allowed: available to it and
    not retired.
    """

    integration: Integration | None
    stored: Stored | None
    usable: ResourceSet

    @classmethod
    def of(
        cls, integration: Integration | None, stored: Stored | None, live: ResourceSet
    ) -> Standing:
        """Return the standing of what is stored, ``live`` being what is not retired."""
        limit = integration.available_only if integration else None
        return cls(integration, stored, live if limit is None else live & limit)

    @property
    def subject(self) -> int | None:
        """The number of its integration, as audit events name it; none for the general rights."""
        return self.integration.pk if self.integration else None

    @property
    def public_id(self) -> str | None:
        """Its integration's part of addresses; none for the general rights."""
        return self.integration.public_id if self.integration else None

    @property
    def listed(self) -> bool:
        """Whether it is judged by its own rights."""
        return self.stored is not None

    @property
    def allowed(self) -> ResourceSet:
        """The stored set, whatever it counts for."""
        return self.stored.allowed if self.stored else NOTHING

    @property
    def waiting(self) -> ResourceSet:
        """What blocks of all API traffic took away and nobody has answered."""
        return self.stored.waiting if self.stored else NOTHING

    @property
    def left(self) -> bool:
        """Whether it is blocked on purpose."""
        return self.stored is not None and self.stored.left

    def new(self, today: date) -> ResourceSet:
        """Return what was allowed so lately that it cannot be called unused."""
        return self.stored.lately.on(today) if self.stored else NOTHING

    def dated(self, stored: Stored, today: date) -> Stored:
        """Return what is stored by a change on a day: with what it allows as new."""
        before = self.stored or Stored()
        lately = before.lately.adding(stored.allowed - before.allowed, today)
        return replace(stored, lately=lately)

    @property
    def offered(self) -> ResourceSet:
        """What of that can be reopened; the rest keeps waiting unseen."""
        return self.waiting & self.usable

    def bringing(self, allowed: ResourceSet) -> Stored:
        """Return what is stored after a change: what is allowed waits no more.

        Whoever lists an integration with nothing allowed blocks it on purpose.
        """
        return Stored(allowed, self.waiting - allowed, left=not (self.listed or allowed))

    def blocking(self) -> Stored:
        """Return what is stored after a block of all API traffic: what was allowed waits."""
        return Stored(NOTHING, self.waiting | self.allowed, self.left)

    def leaving(self, asked: ResourceSet) -> Stored:
        """Return what is stored when some of what waits stays blocked."""
        waiting = self.waiting - asked
        return Stored(self.allowed, waiting, left=not (self.in_force or waiting & self.usable))

    def putting_back(self, former: ResourceSet, answered: ResourceSet) -> Stored:
        """Return what is stored once a change is taken back, which had ``answered`` some.

        That waits again. A state in which nothing is allowed and nothing waits is one without
        use, to which somebody returned on purpose.
        """
        waiting = (self.waiting | answered) - former
        return Stored(former, waiting, left=not (former or waiting & self.usable))

    @cached_property
    def in_force(self) -> ResourceSet:
        """What is allowed and counts."""
        return self.allowed & self.usable

    @property
    def tally(self) -> str:
        """How much is allowed of what can be, in figures."""
        return f"{len(self.in_force)}/{len(self.usable)}"

    @property
    def mark(self) -> str:
        """What a page carries, to notice later that the rights were changed meanwhile."""
        return f"{'listed' if self.listed else 'unlisted'}-{self.in_force.hex}"

    @cached_property
    def needed(self) -> ResourceSet:
        """What it needs, as far as it can be allowed; nothing for the general rights."""
        return self.integration.needed & self.usable if self.integration else NOTHING

    @property
    def limited(self) -> bool:
        """Whether only some resources are available to it."""
        return self.integration is not None and self.integration.available_only is not None

    @cached_property
    def must_have(self) -> ResourceSet:
        """What it cannot do without; nothing for the general rights."""
        return must_have(usable=self.usable, needed=self.needed, limited=self.limited)

    @cached_property
    def surplus(self) -> ResourceSet:
        """What is allowed beyond what it needs; nothing where that is not known."""
        return surplus(in_force=self.in_force, needed=self.needed, limited=self.limited)

    @property
    def exceeds(self) -> bool:
        """Whether more is allowed than it needs as its vendor or Netvisor has written it down."""
        return bool(self.integration and self.integration.needs_are_documented and self.surplus)

    @property
    def kept(self) -> ResourceSet:
        """What stays allowed once that is taken back."""
        return self.in_force - self.surplus

    @property
    def lacking(self) -> ResourceSet:
        """What of that is blocked."""
        return self.must_have - self.in_force

    @cached_property
    def sign(self) -> Sign | None:
        """The warning beside its name; none for the general rights and before it is listed."""
        if self.integration is None or not self.listed:
            return None
        return warning_sign(
            usable=self.usable,
            in_force=self.in_force,
            needed=self.needed,
            limited=self.limited,
            left=self.left,
        )


SAME_PRESS = timedelta(hours=1)
"""Within it, who confirms the same again has pressed twice, or gone back to the page."""


@dataclass(frozen=True)
class Review:
    """Somebody looked at an integration's rights and found them right: when, who, and which."""

    at: datetime
    by: str
    found: ResourceSet

    def repeats(self, earlier: Review | None) -> bool:
        """Tell whether an earlier one has said so already."""
        if earlier is None or self.at - earlier.at > SAME_PRESS:
            return False
        return (self.by, self.found) == (earlier.by, earlier.found)


def _key(integration: Integration | None) -> int | None:
    return integration.pk if integration else None


@dataclass(frozen=True)
class Board:
    """The standings of a company: the general rights, and every listed integration.

    ``stored`` is what their listings keep by integration, none for the general rights; ``live``
    are the resources that are not retired.
    """

    stored: Mapping[int | None, Stored]
    integrations: tuple[Integration, ...]
    live: ResourceSet

    def of(self, integration: Integration | None) -> Standing:
        """Return the standing of an integration, listed or not, or of the general rights."""
        return Standing.of(integration, self.stored.get(_key(integration)), self.live)

    def having(self, integration: Integration | None, stored: Stored) -> Board:
        """Return the board with the rights of one integration set, listed if it was not."""
        whose = _key(integration)
        is_new = integration is not None and whose not in self.stored
        added = (integration,) if is_new else ()
        return Board({**self.stored, whose: stored}, (*self.integrations, *added), self.live)

    @property
    def closed(self) -> Board:
        """The board with everything blocked."""
        return Board(dict.fromkeys(self.stored, Stored()), self.integrations, self.live)

    def integration(self, public_id: str) -> Integration | None:
        """Return the listed integration with a public id, if there is one."""
        return next((one for one in self.integrations if one.public_id == public_id), None)

    @cached_property
    def general(self) -> Standing:
        """The general access rights."""
        return self.of(None)

    @cached_property
    def listed(self) -> list[Standing]:
        """The listed integrations, by name."""
        by_name = sorted(self.integrations, key=attrgetter("place"))
        return [self.of(integration) for integration in by_name]

    @property
    def all(self) -> list[Standing]:
        """The general rights, then the listed integrations."""
        return [self.general, *self.listed]

    @cached_property
    def open(self) -> list[Standing]:
        """The listed integrations with something in force."""
        return [standing for standing in self.listed if standing.in_force]

    @property
    def traffic_is_open(self) -> bool:
        """Whether anything at all is in force; there is no other switch (docs/decisions/003)."""
        return bool(self.general.in_force or self.open)

    @cached_property
    def waiting(self) -> list[Standing]:
        """Those of which something can be reopened."""
        return [standing for standing in self.all if standing.offered]

    @property
    def offered(self) -> int:
        """How many resources of all these can be reopened."""
        return sum(len(standing.offered) for standing in self.waiting)

    @cached_property
    def tally(self) -> dict[int, tuple[int, int]]:
        """For each position, how many listed integrations may use it, of how many that could."""
        allowed = Counter(chain.from_iterable(standing.in_force for standing in self.listed))
        able = Counter(chain.from_iterable(standing.usable for standing in self.listed))
        return {position: (allowed[position], able[position]) for position in self.live}

    def verdict(self, integration: Integration | None, position: int) -> Verdict:
        """Decide one resource: what applies to the integration now, by own or general rights."""
        standing = self.of(integration)
        return right_in_force(
            available=position in standing.usable,
            listed=standing.listed and integration is not None,
            specific=position in standing.allowed,
            general=position in self.general.allowed,
        )


@dataclass(frozen=True)
class Target:
    """Whose rights an address means: a public id, or none for the general access rights.

    ``found`` holds the public ids of custom integrations that this session has the key of.
    """

    public_id: str | None
    found: Collection[str] = ()
