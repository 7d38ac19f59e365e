"""The words for purposes, validity, hindrances and what was done."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.identifiers.rules import End, Hindrance, Purpose, Refusal, Shown, State

PURPOSES: list[tuple[str, str | Promise]] = [
    (Purpose.API.value, "API"),
    (Purpose.STORE.value, gettext_lazy("Netvisor Store extension")),
    (Purpose.EXCEL.value, "Excel"),
]
MADE_ELSEWHERE = gettext_lazy("Created in another company")
"""In place of what an identifier is for, which its owner alone tells."""
HINDRANCES: Mapping[Hindrance, Promise] = {
    Hindrance.DEACTIVATED: gettext_lazy("Deactivated"),
    Hindrance.EXPIRED: gettext_lazy("Expired"),
    Hindrance.ACCOUNT_CLOSED: gettext_lazy("The owner's account is closed"),
    Hindrance.OWNER_REMOVED: gettext_lazy("The owner was removed from this company"),
    Hindrance.MEMBERSHIP_ENDED: gettext_lazy("The owner's access rights have expired"),
    Hindrance.MEMBERSHIP_NOT_YET: gettext_lazy("The owner's access rights are not valid yet"),
    Hindrance.NO_FUNCTION: gettext_lazy("The owner has no function-specific right left"),
    Hindrance.PAUSED: gettext_lazy("Paused by the owner"),
    Hindrance.STOPPED: gettext_lazy("Stopped in this company"),
}
ENDS = [
    (End.NOW.value, gettext_lazy("Now")),
    (End.DAY.value, gettext_lazy("After 1 day")),
    (End.WEEK.value, gettext_lazy("After 7 days")),
    (End.OWN.value, gettext_lazy("At a time you choose")),
]
SHOWN = [
    (Shown.ALL.value, gettext_lazy("All")),
    (Shown.WORKS.value, gettext_lazy("Works")),
    (Shown.ENDING.value, gettext_lazy("Expires within 30 days")),
    (Shown.STOPPED.value, gettext_lazy("Stopped in this company")),
]
REFUSED = {
    Refusal.ENDED: gettext_lazy(
        "Nothing was changed: %(user_id)s has been deactivated or has expired."
    ),
    Refusal.NO_SUCCESSOR: gettext_lazy(
        "Nothing was changed: %(user_id)s cannot be replaced, or it has already been replaced."
    ),
    Refusal.PRESSED_BEFORE: gettext_lazy("Nothing was changed. Reload the page and try again."),
    Refusal.UNREADABLE: gettext_lazy(
        "The Key of %(user_id)s cannot be read. Contact the site administrator."
    ),
    Refusal.PAST: gettext_lazy("Choose a time in the future."),
}
EDIT = gettext_lazy("Edit %(user_id)s")
REPLACE = gettext_lazy("Replace %(user_id)s")
DEACTIVATE = gettext_lazy("Deactivate %(user_id)s permanently?")
CREATED = gettext_lazy("%(user_id)s created.")
SAVED = gettext_lazy("%(user_id)s saved.")
PAUSED = gettext_lazy("%(user_id)s paused.")
RESUMED = gettext_lazy("%(user_id)s is in use again.")
DEACTIVATED = gettext_lazy("%(user_id)s deactivated permanently.")
REPLACED = gettext_lazy("%(user_id)s created to replace %(old)s.")
REPLACED_NOW = gettext_lazy("%(user_id)s created to replace %(old)s, which has ended.")
ARTICLE = "https://support.netvisor.fi/en/support/solutions/articles/77000498452-api-identifiers"
"""Netvisor's own article about identifiers."""
STOPPED = gettext_lazy("%(user_id)s stopped in this company. The owner is notified by email.")
ALLOWED = gettext_lazy(
    "%(user_id)s is allowed in this company again. The owner is notified by email."
)
IS_SO = gettext_lazy("No change: %(user_id)s was already in that state.")


def moment(when: datetime) -> str:
    """Return a date and time as people read it, in the server's time zone."""
    return formats.date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT")


def day(when: datetime) -> str:
    """Return a date as people read it, in the server's time zone."""
    return formats.date_format(timezone.localtime(when), "SHORT_DATE_FORMAT")


def validity(state: State, *, valid_until: datetime | None, deactivated_at: datetime | None) -> str:
    """Return an identifier's validity in words."""
    if state is State.DEACTIVATED and deactivated_at:
        return _("Deactivated %(date)s") % {"date": day(deactivated_at)}
    if valid_until is None:
        return "" if state is State.PAUSED else _("Valid until further notice")
    if state is State.EXPIRED:
        return _("Expired %(when)s") % {"when": moment(valid_until)}
    return _("Valid until %(when)s") % {"when": moment(valid_until)}


def paused(since: datetime) -> str:
    """Say since when its owner paused an identifier."""
    return _("Paused since %(date)s") % {"date": day(since)}


def soon(now: datetime, end: datetime) -> str:
    """Say in how many days something ends."""
    days = (timezone.localdate(end) - timezone.localdate(now)).days
    if days == 0:
        return _("Expires today")
    return ngettext("Expires in %(count)d day", "Expires in %(count)d days", days) % {"count": days}


def replaced_by(user_id: str) -> str:
    """Name the successor of an identifier."""
    return _("Replaced by %(user_id)s") % {"user_id": user_id}


def hand_over(user_id: str, company: str, business_id: str, integration: str) -> str:
    """Return the text to give to a software partner; it never holds the Key."""
    lines = [
        _("User ID: %(user_id)s") % {"user_id": user_id},
        _("Company: %(company)s, %(business_id)s")
        % {"company": company, "business_id": business_id},
    ]
    if integration:
        lines.append(_("Integration: %(integration)s") % {"integration": integration})
    lines.append(_("The Key will be sent separately."))
    return "\n".join(lines)


def used(resource: str, verdict: str) -> str:
    """Say what an identifier was used for, and how that was answered."""
    words = {"resource": resource}
    if not resource:
        return _("refused") if verdict else _("accepted")
    said = _("%(resource)s refused") if verdict else _("%(resource)s accepted")
    return said % words
