"""What a refused client is told: ASCII, at most 200 characters, with the interface's codes.

The codes are the interface's own, the wording is ours. Whoever cannot prove who asks learns
nothing but the general sentence. Below it, what people are told of older ways of signing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.gateway.rules import Decision, Reason, Refusal, Why
from apps.identifiers.rules import Hindrance
from apps.resources.rules import Verdict

GENERAL = "Integration keys are not valid. Please check the keys specific to the user and partner."
TECHNICAL = "The request could not be checked. Please try again."
KNOWN: dict[Reason, str] = {
    Why.OLDER_SIGNATURE: "Company {company} does not accept this older way of signing.",
    Why.NOT_TIMELY: "The request was not signed just now. Please check the clock and time zone.",
    Why.USED_BEFORE: "The transaction id has been used before.",
    Why.NO_SUCH_COMPANY: "The identifier's owner does not belong to company {company}.",
    Hindrance.DEACTIVATED: "The identifier has been deactivated.",
    Hindrance.EXPIRED: "The identifier's validity has ended.",
    Hindrance.ACCOUNT_CLOSED: "The account of the identifier's owner is closed.",
    Hindrance.OWNER_REMOVED: "The identifier's owner does not belong to company {company}.",
    Hindrance.MEMBERSHIP_ENDED: "The access of the identifier's owner to {company} has ended.",
    Hindrance.MEMBERSHIP_NOT_YET: "The access of the identifier's owner to {company} begins later.",
    Hindrance.NO_FUNCTION: "The identifier's owner has no rights in company {company}.",
    Hindrance.PAUSED: "The identifier is paused.",
    Hindrance.STOPPED: "The identifier is stopped in company {company}.",
    Why.NOT_FOR_WORKBOOKS: "An Excel identifier cannot be used with this integration.",
    Why.PACKAGE: "The service package of company {company} does not include this integration.",
    Why.NO_SUCH_RESOURCE: "There is no such resource.",
    Why.RETIRED_RESOURCE: "{resource} is not in use any more.",
    Why.OWNER_ROLE: "{resource} needs a role that the identifier's owner does not have.",
    Why.RETIRED_INTEGRATION: "This integration is not in use any more.",
    Verdict.NOT_AVAILABLE: "{resource} is not available to this integration.",
    Verdict.BLOCKED_IN_GENERAL: "{resource} is blocked in general in company {company}.",
    Verdict.BLOCKED_FOR_INTEGRATION: "{resource} is blocked for this integration in {company}.",
}
LENGTH = 200


def refusal(decision: Decision, *, resource: str, company: str, request: str) -> str:
    """Return what a refused client is told; ``request`` is the number to ask about later."""
    text = GENERAL if decision.reason is None else KNOWN.get(decision.reason, GENERAL)
    known = decision.authenticated or decision.reason is Why.OLDER_SIGNATURE
    said = text.format(resource=resource, company=company) if known else GENERAL
    return f"{said} Request {request}."[:LENGTH]


REFUSED: Mapping[Refusal, Promise] = {
    Refusal.PAST: gettext_lazy("Choose today or a later day."),
    Refusal.TOO_LATE: gettext_lazy("Choose a day at most 90 days ahead."),
}


def day(of: date) -> str:
    """Return a day as people read it."""
    return formats.date_format(of, "SHORT_DATE_FORMAT")


def state(last_day: date | None) -> str:
    """Say whether an older way of signing is accepted."""
    if last_day is None:
        return _("Not accepted")
    return _("Accepted until the end of %(day)s") % {"day": day(last_day)}


def accepted(algorithm: str, last_day: date) -> str:
    """Say that an older way of signing is accepted from now on."""
    words = {"algorithm": algorithm, "day": day(last_day)}
    return _("%(algorithm)s is accepted until the end of %(day)s.") % words


def ended(algorithm: str) -> str:
    """Say that an older way of signing is accepted no more."""
    return _("%(algorithm)s is no longer accepted.") % {"algorithm": algorithm}


def last_possible(day_of_end: date) -> str:
    """Say how far ahead the last day may be."""
    return _("The last possible day is %(day)s, 90 days from today.") % {"day": day(day_of_end)}
