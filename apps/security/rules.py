"""What the security record knows, and for how long: no database."""

from datetime import datetime, timedelta
from enum import StrEnum

KEPT_DAYS = 400
"""How long an event is kept; the database refuses to delete a younger one."""


class Verb(StrEnum):
    """What happened to an account, or was taken out of a company."""

    SIGNED_IN = "signed_in"
    FAILED = "failed"
    LOCKED_OUT = "locked_out"
    SIGNED_OUT = "signed_out"
    BROWSER_ENDED = "browser_ended"
    TIMED_OUT = "timed_out"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_RENEWED = "recovery_renewed"
    RECOVERY_USED = "recovery_used"
    RESET_ASKED = "reset_asked"
    RESET_CONFIRMED = "reset_confirmed"
    RESET_CANCELLED = "reset_cancelled"
    FACTORS_RESET = "factors_reset"
    PASSWORD_CHANGED = "changed_password"  # noqa: S105 - a word
    PASSWORD_RESET = "reset_password"  # noqa: S105 - a word
    EMAIL_CHANGED = "email_changed"
    CONFIRMATION_ASKED = "confirmation_asked"
    CONFIRMED = "confirmed"
    EXPORTED = "exported"
    KEY_SHOWN = "key_shown"
    KEY_COPIED = "key_copied"


CHANGES = frozenset(
    {
        Verb.FACTOR_ADDED,
        Verb.FACTOR_REMOVED,
        Verb.RECOVERY_RENEWED,
        Verb.PASSWORD_CHANGED,
        Verb.PASSWORD_RESET,
        Verb.EMAIL_CHANGED,
    }
)
"""What changes how somebody signs in: they are told of each by mail."""
FAILURES = 5
"""After so many in an hour the person is told."""


def is_alarming(verb: Verb, *, known: bool, signed_in_before: bool, failures: int) -> bool:
    """Tell whether somebody is told of an event: a stranger may be at their account.

    A browser is no news when it is ``known``, nor when nobody has ever signed in before.
    """
    if verb is Verb.SIGNED_IN:
        return signed_in_before and not known
    return failures >= FAILURES if verb is Verb.FAILED else verb in CHANGES


OF_MEMBERS = (Verb.SIGNED_IN, Verb.FAILED, Verb.LOCKED_OUT)
"""What a company's administrators see of its members beside what happened in the company."""


class Demand(StrEnum):
    """Who must have a second factor, by the setting SECOND_FACTOR."""

    OFF = "off"
    ADMINISTRATORS = "administrators"
    EVERYBODY = "everybody"


def needs_factor(demand: Demand, *, administers: bool, is_staff: bool) -> bool:
    """Tell whether somebody must have a second factor: who can hand out rights, and site staff."""
    if demand is Demand.OFF:
        return False
    return demand is Demand.EVERYBODY or administers or is_staff


def needed_from(asked_at: datetime, days: int | None) -> datetime:
    """Return when somebody must have it who was asked first then and has so many days."""
    return asked_at + timedelta(days=days or 0)
