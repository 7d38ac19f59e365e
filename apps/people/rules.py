"""Who gives which rights to whom, and what profiles mean: pure decisions, no database.

Source: docs/decisions/008, which says what comes from Netvisor's help and what is ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from apps.companies.rules import (
    ADMINISTRATORS,
    FUNCTIONS,
    Area,
    Capability,
    Function,
    Grants,
    Level,
    Role,
    Validity,
    capabilities,
    opens_anything,
    stored,
    validity,
)
from apps.core.refusals import Kind, Reason

INVITATION_LASTS = timedelta(days=7)
MAIL_TRIED_FOR = timedelta(days=1)
FIRST_DAY = datetime(1900, 1, 1, tzinfo=UTC)
"""Where those stand in a list who never signed in."""
NEVER = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)


class MainArea(StrEnum):
    """What a profile is about; the functions of the area Company belong to none."""

    BUSINESS = "business"
    SALARIES = "salaries"


MAIN_AREAS: Mapping[MainArea, tuple[Area, ...]] = {
    MainArea.BUSINESS: (Area.SALES, Area.PRODUCTS, Area.PURCHASES, Area.FINANCIAL),
    MainArea.SALARIES: (Area.SALARIES,),
}


class Profile(StrEnum):
    """A named set of levels in one main area; OWN stands for any other."""

    ALL = "all"
    BROWSING = "browsing"
    NONE = "none"
    PURCHASE_LEDGER = "purchase_ledger"
    SALES_LEDGER = "sales_ledger"
    BOTH_LEDGERS = "both_ledgers"
    COMPANY_USER = "company_user"
    EMPLOYEE = "employee"
    APPROVER = "approver"
    MANAGEMENT = "management"
    OWN = "own"


def _at(level: Level, *areas: Area) -> dict[Function, Level]:
    return {function: level for area in areas for function in FUNCTIONS[area]}


_LEDGERS_LOOK_AT = _at(Level.VIEW, Area.PRODUCTS) | {Function.DIMENSIONS: Level.VIEW}
_HOURS_AND_TRAVEL = {
    Function.WORKING_HOURS: Level.EDIT,
    Function.TRAVEL_AND_EXPENSES: Level.EDIT,
}
PRESETS: Mapping[MainArea, Mapping[Profile, Mapping[Function, Level]]] = {
    MainArea.BUSINESS: {
        Profile.ALL: _at(Level.EDIT, *MAIN_AREAS[MainArea.BUSINESS]),
        Profile.BROWSING: _at(Level.VIEW, *MAIN_AREAS[MainArea.BUSINESS]),
        Profile.NONE: {},
        Profile.PURCHASE_LEDGER: _LEDGERS_LOOK_AT | _at(Level.EDIT, Area.PURCHASES),
        Profile.SALES_LEDGER: _LEDGERS_LOOK_AT | _at(Level.EDIT, Area.SALES),
        Profile.BOTH_LEDGERS: _LEDGERS_LOOK_AT | _at(Level.EDIT, Area.SALES, Area.PURCHASES),
        Profile.COMPANY_USER: _at(Level.EDIT, Area.SALES, Area.PRODUCTS, Area.PURCHASES)
        | {Function.BASIC_REPORTING: Level.VIEW},
    },
    MainArea.SALARIES: {
        Profile.ALL: _at(Level.EDIT, Area.SALARIES),
        Profile.BROWSING: _at(Level.VIEW, Area.SALARIES),
        Profile.NONE: {},
        Profile.EMPLOYEE: _HOURS_AND_TRAVEL,
        Profile.APPROVER: {**_HOURS_AND_TRAVEL, Function.EMPLOYEES: Level.VIEW},
        Profile.MANAGEMENT: {
            **_HOURS_AND_TRAVEL,
            Function.EMPLOYEES: Level.VIEW,
            Function.PAYROLL: Level.VIEW,
        },
    },
}
"""The names are Netvisor's; which function each opens is ours (docs/decisions/008)."""


def functions_of(area: MainArea) -> tuple[Function, ...]:
    """Return the functions of a main area, in the order of the pages."""
    return tuple(function for part in MAIN_AREAS[area] for function in FUNCTIONS[part])


def profile_of(grants: Grants, area: MainArea) -> Profile:
    """Return the profile whose levels somebody has in a main area; OWN when none fits."""
    held = {function: grants.level(function) for function in functions_of(area)}
    for profile, levels in PRESETS[area].items():
        if all(held[function] is levels.get(function, Level.NONE) for function in held):
            return profile
    return Profile.OWN


@dataclass(frozen=True)
class Rights:
    """All that a membership gives: roles and levels, from a moment up to, not including, another."""

    grants: Grants
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def snapshot(self) -> dict[str, Any]:
        """The rights as audit events keep them."""
        return {
            **stored(self.grants),
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
        }

    @property
    def mark(self) -> str:
        """What tells these rights from all others: a form carries it to notice what moved on."""
        # In UTC, because databases and forms name the same moment in different zones.
        moments = [moment and moment.astimezone(UTC).isoformat() for moment in self.period]
        told = json.dumps([self.snapshot["roles"], self.snapshot["levels"], moments])
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """The first moment and the end; nothing means since ever and until further notice."""
        return self.valid_from, self.valid_until


NO_RIGHTS = Rights(Grants(frozenset(), {}))
"""What somebody has who is no member."""


class Refusal(Reason):
    """Why rights are not changed, or nobody is brought in."""

    NO_ADMINISTRATOR = "no_administrator", Kind.FORBIDDEN
    ONESELF = "oneself", Kind.FORBIDDEN
    ABOVE_YOU = "above_you", Kind.FORBIDDEN
    MAY_NOT_GIVE = "may_not_give", Kind.FORBIDDEN
    MAY_NOT_COPY = "may_not_copy", Kind.FORBIDDEN
    LAST_ADMINISTRATOR = "last_administrator", Kind.FORBIDDEN
    MOVED_ON = "moved_on", Kind.MOVED_ON
    MEMBER_ALREADY = "member_already", Kind.MISTAKE
    INVITED_ALREADY = "invited_already", Kind.MISTAKE
    SENT_OFTEN = "sent_often", Kind.MOVED_ON
    """Its mail was sent again five times within a day."""
    NAMELESS = "nameless", Kind.MISTAKE
    """Somebody without an account is invited by name."""
    HAS_ACCOUNT = "has_account", Kind.MOVED_ON
    """The invited person has an account: they sign in as themselves first."""
    GONE = "gone", Kind.MOVED_ON
    """The invitation was accepted, withdrawn, or has expired."""


class Trouble(StrEnum):
    """Why the mail server has not taken a mail so far."""

    SERVER = "server"
    """It does not answer, or does not take it now."""
    ADDRESS = "address"
    """It never will."""


class Delivery(StrEnum):
    """What became of the mail of an invitation."""

    DONE = "done"
    WAITS = "waits"
    TRIED = "tried"
    GIVEN_UP = "given_up"
    REFUSED = "refused"


def delivery(*, mailed: bool, trouble: str, expires: datetime, now: datetime) -> Delivery:
    """Return what became of the mail of an invitation that lasts until ``expires``."""
    if mailed:
        return Delivery.DONE
    if trouble == Trouble.ADDRESS:
        return Delivery.REFUSED
    if now > expires - INVITATION_LASTS + MAIL_TRIED_FOR:
        return Delivery.GIVEN_UP
    return Delivery.TRIED if trouble else Delivery.WAITS


GUARDED = frozenset({Role.TPK, Role.COMPANY_ADMINISTRATOR})
"""Roles that only TPK, or a KH who is company administrator, gives and takes."""
HANDED_OUT = GUARDED | {Role.KH, Role.P}
"""Roles that only they give; a KH may still take KH and P away."""
COPIED_BY_TPK = HANDED_OUT
"""Roles that are copied from somebody else by TPK alone."""


def givable(giver: Grants) -> frozenset[Role]:
    """Return the roles that somebody who may edit others can give."""
    return frozenset(Role) if _is_above(giver) else frozenset(Role) - HANDED_OUT


def takeable(giver: Grants) -> frozenset[Role]:
    """Return the roles that somebody who may edit others can take away."""
    return frozenset(Role) if _is_above(giver) else frozenset(Role) - GUARDED


def _is_above(giver: Grants) -> bool:
    return Role.TPK in giver.roles or {Role.KH, Role.COMPANY_ADMINISTRATOR} <= giver.roles


def lacking_level(grants: Grants) -> Level | None:
    """Return the level of interface resources that roles need to open anything here.

    Nothing if something is open, or no role is held. KH and TPK edit, the others look.
    """
    if not grants.roles or opens_anything(grants):
        return None
    return Level.EDIT if grants.roles & ADMINISTRATORS else Level.VIEW


def with_interface(grants: Grants, level: Level | None) -> Grants:
    """Return the same with this level of interface resources; as they are without one."""
    if level is None:
        return grants
    return Grants(grants.roles, {**grants.levels, Function.INTERFACE_RESOURCES: level})


def may_assign(
    *, giver: Grants, is_self: bool, now: Collection[Role], wanted: Collection[Role]
) -> Refusal | None:
    """Return why ``giver``, whose membership is in force, may not bring roles from ``now`` to
    ``wanted``; nothing if they may.

    KH or TPK edit others, never themselves. TPK is given by a TPK, or by a KH who is company
    administrator; so are KH and P, which a company administrator hands out with KH. Where the
    sources stop we fail closed: the company administrator is given like TPK, and whoever holds a
    role that one may not take is out of reach altogether: levels, period and removal too, or
    else a plain KH could throw out the office's TPK (docs/decisions/008).
    """
    if Capability.EDIT_USERS not in capabilities(giver):
        return Refusal.NO_ADMINISTRATOR
    if is_self:
        return Refusal.ONESELF
    if set(now) - takeable(giver):
        return Refusal.ABOVE_YOU
    if set(wanted) - set(now) - givable(giver):
        return Refusal.MAY_NOT_GIVE
    return None


def may_copy(giver: Grants, copied: Collection[Role]) -> Refusal | None:
    """Return why somebody may not copy these roles from one person to another; nothing if they may.

    Copying KH or P needs TPK; we say the same of TPK and the company administrator
    (docs/decisions/008). What the one receives is judged by ``may_assign`` besides.
    """
    if set(copied) & COPIED_BY_TPK and Role.TPK not in giver.roles:
        return Refusal.MAY_NOT_COPY
    return None


def lasts_until(rights: Rights, now: datetime) -> datetime:
    """Return until when rights that are in force open something; NEVER if they open nothing now."""
    in_force = validity(now=now, start=rights.valid_from, end=rights.valid_until)
    if in_force is not Validity.IN_FORCE or not opens_anything(rights.grants):
        return NEVER
    return rights.valid_until or FOREVER


class Loss(StrEnum):
    """How a change ends what a person may do in the company, at once or sooner."""

    END = "end"
    LAST_RIGHT = "last_right"
    LATER = "later"
    SHORTER = "shorter"


def loss(before: Rights, after: Rights, now: datetime) -> Loss | None:
    """Return how a change ends what a person's identifiers may do in the company, or earlier."""
    if lasts_until(after, now) >= lasts_until(before, now):
        return None
    standing = validity(now=now, start=after.valid_from, end=after.valid_until)
    if standing is Validity.ENDED:
        return Loss.END
    if not opens_anything(after.grants):
        return Loss.LAST_RIGHT
    return Loss.LATER if standing is Validity.NOT_YET else Loss.SHORTER


def weakens(before: Rights, after: Rights, now: datetime) -> bool:
    """Tell whether a change makes somebody administer the company no longer, or not as long."""
    return _administers_until(after, now) < _administers_until(before, now)


def outlasted(rights: Rights, others: Iterable[Rights], now: datetime) -> bool:
    """Tell whether one of ``others`` administers the company at least as long as ``rights`` do.

    Administering is holding KH or TPK with a function above none, in force. Rights that nobody
    outlasts must not be weakened: the company would be left alone, now or on a set day.
    """
    return any(_administers_until(one, now) >= _administers_until(rights, now) for one in others)


def edits_interface(rights: Rights, now: datetime) -> bool:
    """Tell whether rights let somebody change interface rights now."""
    able = Capability.EDIT_RIGHTS in capabilities(rights.grants)
    return able and lasts_until(rights, now) > now


@dataclass(frozen=True)
class Change:
    """What a change of somebody's rights takes away.

    ``leaves_no_editor`` says that nobody could then change interface rights, unlike now.
    """

    before: Rights
    after: Rights
    loss: Loss | None
    leaves_no_editor: bool

    @property
    def is_asked(self) -> bool:
        """Whether it is asked about first."""
        return self.loss is not None or self.leaves_no_editor

    @property
    def removes(self) -> bool:
        """Whether the person will be no member at all."""
        return self.after is NO_RIGHTS

    @property
    def takes_access(self) -> bool:
        """Whether the person's access ends, at once or sooner."""
        return self.removes or self.loss is not None

    @property
    def stops(self) -> bool:
        """Whether access ends at once."""
        return self.takes_access and self.loss is not Loss.SHORTER


def _administers_until(rights: Rights, now: datetime) -> datetime:
    return lasts_until(rights, now) if rights.grants.roles & ADMINISTRATORS else NEVER
