"""Who may let a lost second factor be taken away, and when that happens: no database."""

from datetime import datetime, timedelta
from enum import StrEnum

from apps.core.refusals import Kind, Reason

LINK_LASTS = timedelta(days=3)
DELAY = timedelta(hours=24)
"""How long the holder, and every colleague who could have asked, can still call it off."""

PASSWORD_AGE = timedelta(days=1)
"""A password that came by a link in a mail later than so long before the request confirms nothing."""


class Refusal(Reason):
    """Why a second factor is not taken away."""

    NO_FACTOR = "no_factor", Kind.MISTAKE
    ONESELF = "oneself", Kind.FORBIDDEN
    OUT_OF_REACH = "out_of_reach", Kind.FORBIDDEN
    """The person holds a role that the helper may not take from them."""
    ELSEWHERE = "elsewhere", Kind.FORBIDDEN
    """The person belongs to a company or an office where the helper administers nobody."""
    SITE_STAFF = "site_staff", Kind.FORBIDDEN
    SOLE_KH = "sole_kh", Kind.FORBIDDEN
    ASKED_ALREADY = "asked_already", Kind.MOVED_ON
    ASKED_OFTEN = "asked_often", Kind.MOVED_ON


class What(StrEnum):
    """What the holder is told of by mail."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DONE = "done"


def refusal(
    *, has_factor: bool, is_staff: bool, is_elsewhere: bool, is_sole_kh: bool
) -> Refusal | None:
    """Return why nobody of the company may ask for somebody within their reach, if so.

    Whoever could be reached in another company must not lose a factor by a decision of this one;
    and a sole KH has no peer: the helper could take the company over.
    """
    if is_staff:
        return Refusal.SITE_STAFF
    if is_elsewhere:
        return Refusal.ELSEWHERE
    if is_sole_kh:
        return Refusal.SOLE_KH
    return None if has_factor else Refusal.NO_FACTOR


def link_works(*, now: datetime, asked: datetime) -> bool:
    """Tell whether a request can be confirmed: not where a clock was set back since it was made.

    A confirmation noted by such a clock would let the day be over too early.
    """
    return asked <= now < asked + LINK_LASTS
