"""Every sentence about the calls of a company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.calls.rules import Mark, Mend
from apps.gateway.rules import Check, Reason, Why
from apps.identifiers.rules import Hindrance
from apps.resources.rules import Verdict

# --- Check a call ---------------------------------------------------------------------------------

CHECKS: Mapping[Check, Promise] = {
    Check.FORM: gettext_lazy("Form of the request"),
    Check.PARTNER: gettext_lazy("Integration"),
    Check.IDENTIFIER: gettext_lazy("API identifier"),
    Check.SIGNATURE: gettext_lazy("Signature"),
    Check.TIME: gettext_lazy("Time of the signature"),
    Check.UNIQUE: gettext_lazy("Sent only once"),
    Check.COMPANY: gettext_lazy("Owner's access to the company"),
    Check.WORKS_HERE: gettext_lazy("State of the identifier"),
    Check.WORKBOOK: gettext_lazy("Purpose of the identifier"),
    Check.PACKAGE: gettext_lazy("Service package"),
    Check.RESOURCE: gettext_lazy("Resource"),
    Check.OWNER_ROLE: gettext_lazy("Owner's role"),
    Check.IN_USE: gettext_lazy("State of the integration"),
    Check.RIGHT: gettext_lazy("Right"),
}
MARKS: Mapping[Mark, tuple[str, str, Promise]] = {
    Mark.PASSED: ("tick", "icon-open", pgettext_lazy("check", "Passed")),
    Mark.FAILED: ("octagon", "icon-closed", pgettext_lazy("check", "Failed")),
    Mark.NOT_REACHED: ("minus", "icon-quiet", pgettext_lazy("check", "Not reached")),
    Mark.NOT_ASKED: ("info", "icon-quiet", pgettext_lazy("check", "Not checked here")),
}
"""The icon of what became of a check, its look and its word."""
CLAIMS: Mapping[Check, Promise] = {
    Check.FORM: gettext_lazy("Only the request itself shows its form."),
    Check.PARTNER: gettext_lazy("It claims to be from %(integration)s."),
    Check.IDENTIFIER: gettext_lazy("It claims to use %(user_id)s, whose owner is %(owner)s."),
    Check.SIGNATURE: gettext_lazy(
        "Only the request itself shows its signature. The rest is about one that is signed correctly."
    ),
    Check.TIME: gettext_lazy("A request must be signed just before it is sent."),
    Check.UNIQUE: gettext_lazy("A request must be new each time."),
}
"""What is said of a call that is only thought of: without its signature nobody can prove who calls."""
BLOCKED = gettext_lazy("Blocked %(when)s by %(who)s.")
CHANGED = gettext_lazy("Changed %(when)s by %(who)s.")
SINCE: Mapping[Reason | None, Promise] = {
    None: gettext_lazy("Allowed %(when)s by %(who)s."),
    Verdict.BLOCKED_IN_GENERAL: BLOCKED,
    Verdict.BLOCKED_FOR_INTEGRATION: BLOCKED,
    Why.OLDER_SIGNATURE: gettext_lazy("Ended %(when)s by %(who)s."),
    Why.NO_SUCH_COMPANY: gettext_lazy("Removed %(when)s by %(who)s."),
    Hindrance.DEACTIVATED: gettext_lazy("Deactivated %(when)s by %(who)s."),
    Hindrance.PAUSED: gettext_lazy("Paused %(when)s by %(who)s."),
    Hindrance.STOPPED: gettext_lazy("Stopped %(when)s by %(who)s."),
}
"""Since when it is so and by whom; any other change is only called one."""
LINKS: Mapping[Mend, Promise] = {
    Mend.ALLOW: gettext_lazy("Open the switch"),
    Mend.ALLOW_AGAIN: gettext_lazy("Open the identifier"),
    Mend.RESUME: gettext_lazy("Open the identifier"),
    Mend.ANOTHER: gettext_lazy("Open API identifiers"),
    Mend.PERSON: gettext_lazy("Open the owner's rights"),
    Mend.ROLE: gettext_lazy("Open the owner's rights"),
    Mend.INVITE: gettext_lazy("Invite the owner"),
    Mend.SIGNATURE: gettext_lazy("Open older signatures"),
}
"""What leads to the place where it is changed."""
WHO_MAY: Mapping[Mend, Promise] = {
    Mend.ALLOW: gettext_lazy(
        "Somebody with the role KH or TPK and the right Interface resources: edit can allow it."
    ),
    Mend.ALLOW_AGAIN: gettext_lazy("Somebody with the role KH or TPK can allow it again."),
    Mend.RESUME: gettext_lazy("Only its owner, %(owner)s, can resume it."),
    Mend.ANOTHER: gettext_lazy("%(owner)s can create a new API identifier in its place."),
    Mend.PERSON: gettext_lazy(
        "Somebody else with the role KH or TPK can change the rights of %(owner)s."
    ),
    Mend.ROLE: gettext_lazy(
        "Somebody with the role TPK can give the role, or a KH who is also company administrator."
    ),
    Mend.INVITE: gettext_lazy("Somebody with the role KH or TPK can invite %(owner)s again."),
    Mend.SIGNATURE: gettext_lazy(
        "Somebody with the role KH or TPK and the right Interface resources: edit can accept it"
        " for a time. Ask the vendor for an update."
    ),
    Mend.PACKAGE: gettext_lazy("The package is changed in Netvisor Store."),
    Mend.ACCOUNT: gettext_lazy(
        "The site administrator can open the account, or a colleague can replace the identifier."
    ),
    Mend.VENDOR: gettext_lazy("Ask the vendor of %(integration)s."),
}
"""Who can change it, for those who cannot."""
CHOOSE = pgettext_lazy("field", "Choose")
CUSTOM = gettext_lazy("a custom integration")
NO_REQUEST = gettext_lazy(
    "No request with this ID is in the log of this company. Requests with a wrong signature are"
    " counted, but not logged."
)
NO_ID = gettext_lazy("A request ID looks like this: 7K2M-9QXA-04TD.")
LATER = gettext_lazy("Choose a time that is not in the future.")
PASSES_NOW = gettext_lazy("The call would pass now.")
NOT_NOW = gettext_lazy("The call would be refused now.")
PASSED_THEN = gettext_lazy("The call passed %(when)s.")
REFUSED_THEN = gettext_lazy("The call was refused %(when)s.")
WOULD_HAVE_PASSED = gettext_lazy("The call would have passed %(when)s.")
WOULD_HAVE_BEEN_REFUSED = gettext_lazy("The call would have been refused %(when)s.")


def moment(when: datetime) -> str:
    """Return a date and time as people read it, in the server's time zone."""
    return formats.date_format(timezone.localtime(when), "SHORT_DATETIME_FORMAT")


def day(when: datetime) -> str:
    """Return a date as people read it, in the server's time zone."""
    return formats.date_format(timezone.localtime(when), "SHORT_DATE_FORMAT")


def since(reason: Reason | None, at: datetime, who: str) -> str:
    """Say since when it is so, and by whom."""
    return str(SINCE.get(reason, CHANGED) % {"when": day(at), "who": who})


def lag(seconds: int) -> str:
    """Say how far the clock of a program was off; positive when it is behind."""
    minutes = max(1, round(abs(seconds) / 60))
    if seconds > 0:
        return ngettext(
            "The program's clock was %(count)d minute behind.",
            "The program's clock was %(count)d minutes behind.",
            minutes,
        ) % {"count": minutes}
    return ngettext(
        "The program's clock was %(count)d minute ahead.",
        "The program's clock was %(count)d minutes ahead.",
        minutes,
    ) % {"count": minutes}


def verdict_now(*, allowed: bool) -> str:
    """Say what would become of a call now."""
    return str(PASSES_NOW if allowed else NOT_NOW)


def verdict_then(at: datetime, *, allowed: bool, sent: bool) -> str:
    """Say what became of a call, or would have become of one that nobody sent."""
    if sent:
        said = PASSED_THEN if allowed else REFUSED_THEN
    else:
        said = WOULD_HAVE_PASSED if allowed else WOULD_HAVE_BEEN_REFUSED
    return str(said % {"when": moment(at)})


def column_then(at: datetime) -> str:
    """Return what stands above the facts of an earlier moment."""
    return _("Then, %(when)s") % {"when": moment(at)}
