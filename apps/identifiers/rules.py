"""What an API identifier is worth, now and in one company: pure decisions, no database.

Source: the help article "API identifiers" and docs/decisions/007.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apps.companies.rules import SOON, Grants, Validity, opens_anything
from apps.core.refusals import Kind, Reason, Refused

FIRST, SECOND = range(1_000, 10_000), range(10_000_000, 100_000_000)
"""The numbers of a User ID."""
EXCEL_LASTS = timedelta(hours=8)
NEW_FOR = timedelta(minutes=10)
STEPS = (1, 7, SOON.days)
"""Days before an end at which people are reminded."""


class Purpose(StrEnum):
    """Where an identifier is used."""

    API = "api"
    STORE = "store"
    EXCEL = "excel"


class Shown(StrEnum):
    """Which identifiers of a company are listed."""

    ALL = ""
    WORKS = "works"
    ENDING = "ending"
    STOPPED = "stopped"


class Refusal(Reason):
    """Why an identifier is not changed, or its Key not shown."""

    ENDED = "ended", Kind.MOVED_ON
    NO_SUCCESSOR = "no_successor", Kind.MOVED_ON
    PRESSED_BEFORE = "pressed_before", Kind.MOVED_ON
    UNREADABLE = "unreadable", Kind.MOVED_ON
    PAST = "past", Kind.MISTAKE


def letters(company: str) -> str:
    """Return two capitals from a company's name; Å and Ä become A, Ö becomes O, a gap X."""
    plain = unicodedata.normalize("NFKD", company).upper()
    return "".join([letter for letter in plain if "A" <= letter <= "Z"][:2]).ljust(2, "X")


def new_user_id(company: str) -> str:
    """Return a User ID as Netvisor writes them, such as DE_4471_90231207.

    The numbers are random, so that they tell nothing of anybody and rarely meet
    (docs/decisions/007).
    """
    return f"{letters(company)}_{secrets.choice(FIRST)}_{secrets.choice(SECOND)}"


class State(StrEnum):
    """What an identifier is by itself, whoever owns it."""

    WORKS = "works"
    PAUSED = "paused"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"

    @property
    def final(self) -> bool:
        """Whether nothing can bring it back."""
        return self in (State.EXPIRED, State.DEACTIVATED)


def state(
    *,
    now: datetime,
    valid_until: datetime | None,
    paused_at: datetime | None,
    deactivated_at: datetime | None,
) -> State:
    """Return the state at a moment; it is valid up to, not including, ``valid_until``."""
    if deactivated_at is not None:
        return State.DEACTIVATED
    if valid_until is not None and now >= valid_until:
        return State.EXPIRED
    return State.WORKS if paused_at is None else State.PAUSED


class Hindrance(StrEnum):
    """Why an identifier does not work in a company."""

    DEACTIVATED = "deactivated"
    EXPIRED = "expired"
    ACCOUNT_CLOSED = "account_closed"
    OWNER_REMOVED = "owner_removed"
    MEMBERSHIP_ENDED = "membership_ended"
    MEMBERSHIP_NOT_YET = "membership_not_yet"
    NO_FUNCTION = "no_function"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Owner:
    """The owner as one company knows them; ``grants`` is none for somebody who is no member."""

    active: bool
    grants: Grants | None
    period: Validity


def hindrance(*, state: State, owner: Owner, stopped: bool) -> Hindrance | None:
    """Return the first thing that keeps an identifier from working in a company, if any.

    It works only while its owner is a member, inside the period, with some function right
    above none: a key must never do more than its owner.
    """
    found = {
        Hindrance.DEACTIVATED: state is State.DEACTIVATED,
        Hindrance.EXPIRED: state is State.EXPIRED,
        Hindrance.ACCOUNT_CLOSED: not owner.active,
        Hindrance.OWNER_REMOVED: owner.grants is None,
        Hindrance.MEMBERSHIP_ENDED: owner.period is Validity.ENDED,
        Hindrance.MEMBERSHIP_NOT_YET: owner.period is Validity.NOT_YET,
        Hindrance.NO_FUNCTION: owner.grants is not None and not opens_anything(owner.grants),
        Hindrance.PAUSED: state is State.PAUSED,
        Hindrance.STOPPED: stopped,
    }
    return next((reason for reason, is_so in found.items() if is_so), None)


def first_end(*ends: datetime | None) -> datetime | None:
    """Return the earliest of some ends; none means until further notice."""
    return min((end for end in ends if end is not None), default=None)


def step(*, now: datetime, end: datetime | None) -> int | None:
    """Return the reminder that is due before an end: 30, 7 or 1 days, or none."""
    if end is None or end <= now:
        return None
    return next((days for days in STEPS if end - now <= timedelta(days=days)), None)


def may_replace(state: State, purpose: Purpose, *, replaced: bool) -> bool:
    """Tell whether a successor can be made: once, and of what neither ended nor is for Excel."""
    return not (state.final or replaced or purpose is Purpose.EXCEL)


class End(StrEnum):
    """When an identifier that is replaced ends."""

    NOW = "now"
    DAY = "day"
    WEEK = "week"
    OWN = "own"


def end_of_replaced(
    end: End, *, now: datetime, own: datetime | None, leaked: bool, valid_until: datetime | None
) -> datetime:
    """Return when a replaced identifier ends: never later than it would have ended anyway.

    A Key that may have leaked ends now, whatever was asked for. Raises Refused for an own time
    that is missing or past.
    """
    if leaked or end is End.NOW:
        return now
    if end is End.OWN:
        if own is None or own <= now:
            raise Refused(Refusal.PAST)
        wanted = own
    else:
        wanted = now + timedelta(days=1 if end is End.DAY else 7)
    return wanted if valid_until is None else min(wanted, valid_until)
