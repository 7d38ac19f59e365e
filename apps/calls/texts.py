"""Every sentence about the calls of a company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.calls.rules import Answered, Mark, Mend, Refusal
from apps.gateway.rules import Check, Reason, Why
from apps.gateway.signing import Part
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
ALLOWED_AFTER = gettext_lazy("Allowed after this.")
WHO_MAY: Mapping[Mend, Promise] = {
    Mend.ALLOW: gettext_lazy(
        "Somebody with the role KH or TPK and the right Interface resources: edit can allow it."
    ),
    Mend.ALLOW_AGAIN: gettext_lazy("Somebody with the role KH or TPK can allow it again."),
    Mend.RESUME: gettext_lazy("Only its owner, %(owner)s, can resume it."),
    Mend.ANOTHER: gettext_lazy(
        "%(owner)s or a colleague can create a new API identifier in its place."
    ),
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
    Mend.KEY: gettext_lazy(
        "The program must sign with the Key of %(user_id)s that is valid now. Only its owner,"
        " %(owner)s, can copy it on the page API identifiers and give it to the vendor. If it signs"
        " with that Key already, ask the vendor how it signs."
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
TOO_FEW_PARTS = gettext_lazy(
    "The text has too few parts. The parts are joined with &, and the two keys stand at its end."
)
CHOOSE_OWN = gettext_lazy("Choose an identifier of your own, and an integration.")
UNREADABLE = gettext_lazy("The keys cannot be read. Contact the site administrator.")
PARTS: Mapping[Part | None, Promise] = {
    None: gettext_lazy(
        "Every part is right. The program calculates the signature from it in another way: ask the"
        " vendor of %(integration)s."
    ),
    Part.ADDRESS: gettext_lazy("The first difference is the address: it must begin with %(base)s."),
    Part.SENDER: gettext_lazy("The first difference is the sender's name: it has no right form."),
    Part.CUSTOMER: gettext_lazy("The first difference is the User ID: it must be %(user_id)s."),
    Part.TIMESTAMP: gettext_lazy(
        "The first difference is the time: it must look like 2026-11-05 09:05:00.000."
    ),
    Part.LANGUAGE: gettext_lazy(
        "The first difference is the language: it must be given, for example as FI."
    ),
    Part.COMPANY: gettext_lazy("The first difference is the business ID: it must be %(company)s."),
    Part.TRANSACTION: gettext_lazy(
        "The first difference is the transaction ID: it has no right form."
    ),
    Part.UNIX: gettext_lazy(
        "The first difference is the Unix time: it must be a number of seconds."
    ),
    Part.KEY: gettext_lazy(
        "The first difference is the Key: it is not that of %(user_id)s. Perhaps it was replaced."
    ),
    Part.PARTNER_KEY: gettext_lazy(
        "The first difference is the partner's key: ask the vendor of %(integration)s."
    ),
}
"""What is wrong with a signed text: its first part that is not as it must be."""
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


# --- API calls ------------------------------------------------------------------------------------

ANSWERED: Mapping[Answered, Promise] = {
    Answered.ACCEPTED: pgettext_lazy("calls", "Accepted"),
    Answered.REFUSED: pgettext_lazy("calls", "Refused"),
}
REASON_WORDS: Mapping[str, Promise] = {
    Why.OLDER_SIGNATURE: gettext_lazy("Older way of signing not accepted"),
    Why.WRONG_SIGNATURE: gettext_lazy("Wrong signature"),
    Why.NOT_TIMELY: gettext_lazy("The program's clock is wrong"),
    Why.USED_BEFORE: gettext_lazy("Sent twice"),
    Why.NO_SUCH_COMPANY: gettext_lazy("The owner does not belong to the company"),
    Why.NOT_FOR_WORKBOOKS: gettext_lazy("Excel identifier used with another integration"),
    Why.PACKAGE: gettext_lazy("Not included in the service package"),
    Why.NO_SUCH_RESOURCE: gettext_lazy("Unknown resource"),
    Why.RETIRED_RESOURCE: gettext_lazy("The resource is no longer in use"),
    Why.OWNER_ROLE: gettext_lazy("The owner lacks a role"),
    Why.RETIRED_INTEGRATION: gettext_lazy("The integration is no longer in use"),
    Hindrance.DEACTIVATED: gettext_lazy("The identifier has been deactivated"),
    Hindrance.EXPIRED: gettext_lazy("The identifier has expired"),
    Hindrance.ACCOUNT_CLOSED: gettext_lazy("The owner's account is closed"),
    Hindrance.OWNER_REMOVED: gettext_lazy("The owner does not belong to the company"),
    Hindrance.MEMBERSHIP_ENDED: gettext_lazy("The owner's access has ended"),
    Hindrance.MEMBERSHIP_NOT_YET: gettext_lazy("The owner's access has not begun"),
    Hindrance.NO_FUNCTION: gettext_lazy("The owner has no rights in the company"),
    Hindrance.PAUSED: gettext_lazy("The identifier is paused"),
    Hindrance.STOPPED: gettext_lazy("The identifier is stopped in this company"),
    Verdict.NOT_AVAILABLE: gettext_lazy("Not available to this integration"),
    Verdict.BLOCKED_IN_GENERAL: gettext_lazy("Blocked in the general access rights"),
    Verdict.BLOCKED_FOR_INTEGRATION: gettext_lazy("Blocked for this integration"),
}
OTHER_REASON = gettext_lazy("Could not be read")
OTHER_INTEGRATIONS = gettext_lazy("Other integrations")
NO_RESOURCE = gettext_lazy("Resource not known")
MAILS_ON = gettext_lazy("You will get an email about new refusals, at most one a day.")
MAILS_OFF = gettext_lazy("You will get no more emails about new refusals.")
ENDS_TOO_EARLY = gettext_lazy("The period cannot end before it begins.")
TOO_LONG = gettext_lazy("Choose a period of at most one year.")
HEADS = (
    gettext_lazy("Time"),
    gettext_lazy("Integration"),
    gettext_lazy("Resource"),
    gettext_lazy("Code"),
    gettext_lazy("User ID"),
    gettext_lazy("Answer"),
    gettext_lazy("Request ID"),
)
PAGES: Mapping[str, Promise] = {
    "integration_rights": gettext_lazy("Rights of interface resources"),
    "rights": gettext_lazy("Rights of interface resources"),
    "api_identifiers": gettext_lazy("API identifiers"),
    "users": gettext_lazy("Users and roles"),
    "invite_user": gettext_lazy("Invite the owner"),
    "older_signatures": gettext_lazy("Older signatures"),
}
"""What leads to a page where something is mended."""
REFUSALS: Mapping[Refusal, Promise] = {
    Refusal.NOTHING_CHOSEN: gettext_lazy("Nothing was blocked. Tick at least one unused right."),
    Refusal.TOO_SHORT: gettext_lazy("Nothing was blocked: the log is still too short."),
}
TO_SEND: Mapping[Mend, Promise] = {
    Mend.VENDOR: gettext_lazy(
        "API calls of %(integration)s to %(company)s (%(business_id)s) are refused: %(reason)s."
        " Correct this in your program."
    ),
    Mend.KEY: gettext_lazy(
        "API calls of %(integration)s to %(company)s (%(business_id)s) are refused because their"
        " signature is wrong. If the program does not have the Key of %(user_id)s that is valid now,"
        " copy it on the page API identifiers and give it to the vendor, in a message of its own."
        " If it does, ask the vendor how it signs."
    ),
    Mend.RESUME: gettext_lazy(
        "API calls of %(integration)s to %(company)s (%(business_id)s) are refused because the"
        " identifier %(user_id)s is paused. Resume it on the page API identifiers."
    ),
    Mend.PACKAGE: gettext_lazy(
        "API calls of %(integration)s to %(company)s (%(business_id)s) are refused because the"
        " package %(package)s does not include API traffic. Change the package in Netvisor"
        " Store."
    ),
}
"""What can be sent to those who can change it."""
CLOCK_IS_WRONG = gettext_lazy(
    "API calls of %(integration)s to %(company)s (%(business_id)s) are refused because the"
    " clock of your program is wrong. Set the clock and the time zone of the server."
)
TO_ANYBODY = gettext_lazy(
    "API calls of %(integration)s to %(company)s (%(business_id)s) are refused: %(reason)s."
    " The company's page API calls says who can change this."
)


def reason(value: str) -> str:
    """Return why calls were refused, as counts and the log name it."""
    return str(REASON_WORDS.get(value, OTHER_REASON))


def verdict(value: str) -> str:
    """Return how a call was answered."""
    return reason(value) if value else str(ANSWERED[Answered.ACCEPTED])


def found_calls(accepted: int, refused: int) -> str:
    """Say how many calls a filter finds."""
    counts = {
        "accepted": formats.number_format(accepted, use_l10n=True, force_grouping=True),
        "refused": formats.number_format(refused, use_l10n=True, force_grouping=True),
    }
    return _("%(accepted)s accepted, %(refused)s refused") % counts


def how_often(calls: int, first: date, last: datetime) -> str:
    """Say how often calls were refused, and when first and last."""
    when = {
        "count": calls,
        "first": formats.date_format(first, "SHORT_DATE_FORMAT"),
        "last": moment(last),
    }
    return (
        ngettext(
            "%(count)d time, on %(last)s",
            "%(count)d times, first on %(first)s, last on %(last)s",
            calls,
        )
        % when
    )


def whole(integration: str, count: int) -> str:
    """Return what ticks all unused rights of an integration."""
    return ngettext(
        "The %(count)d unused right of %(integration)s",
        "All %(count)d unused rights of %(integration)s",
        count,
    ) % {"integration": integration, "count": count}


def blocked(count: int) -> str:
    """Say how many unused rights were blocked."""
    return ngettext(
        "%(count)d unused right is blocked.", "%(count)d unused rights are blocked.", count
    ) % {"count": count}


def allowed_again(count: int) -> str:
    """Say how many rights are as they were."""
    return ngettext(
        "%(count)d right is allowed again.", "%(count)d rights are allowed again.", count
    ) % {"count": count}


def counted_since(since: date | None, *, long_enough: bool) -> str:
    """Say since when it is known what was used, and when unused rights can be told."""
    if since is None:
        return _("No calls have been counted yet.")
    words = {"day": formats.date_format(since, "SHORT_DATE_FORMAT")}
    if long_enough:
        return (
            _(
                "Calls have been counted since %(day)s. The rights of an integration are shown here once nothing has been allowed for it in 90 days. Some work is done only once a year."
            )
            % words
        )
    return (
        _("Calls have been counted since %(day)s. Unused rights are shown after 90 days.") % words
    )


def month(day: date) -> str:
    """Return a month as people read it."""
    return formats.date_format(day, "YEAR_MONTH_FORMAT")


def day_of(date_: date) -> str:
    """Return a day as people read it."""
    return formats.date_format(date_, "SHORT_DATE_FORMAT")


def to_send(mend: Mend, value: str, words: Mapping[str, str], seconds: int | None) -> str:
    """Return what can be sent to those who can make refused calls pass."""
    if value == Why.NOT_TIMELY:
        said = str(CLOCK_IS_WRONG % words)
        return f"{said} {lag(seconds)}" if seconds else said
    return str(TO_SEND.get(mend, TO_ANYBODY) % words)
