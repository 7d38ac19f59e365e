"""The words about signing in that no template has."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, ngettext_lazy

from apps.accounts.rules import Ends, browser_of

ERRORS: Mapping[str, Promise] = {
    "email_password_mismatch": gettext_lazy("The email or the password is not right."),
    "incorrect_password": gettext_lazy("The password is not right."),
    "enter_current_password": gettext_lazy("The current password is not right."),
}
"""What allauth says otherwise, by its names."""
FACTOR_ERRORS: Mapping[str, Promise] = {
    "incorrect_code": gettext_lazy(
        "That did not work. Try again with a new code, or with your passkey."
    ),
}
"""The same about second factors."""
UNKNOWN_TO_US = gettext_lazy(
    "There is no account here with the verified email address that your organisation sent. Ask a "
    "user administrator of your company for an invitation."
)
PROVIDER_FAILED = gettext_lazy(
    "Signing in by your organisation did not work. Try again, or sign in with your password."
)
NO_PASSKEY = gettext_lazy("This passkey has been removed already.")
FORGOTTEN = gettext_lazy(
    "Browsers that you have let remember you ask for your passkey or a code at the next sign-in."
)
THEIRS = (
    gettext_noop("You must type the same password each time."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("Password successfully changed."),
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
"""Sentences of allauth's and Django's that we translate ourselves: theirs are not in our voice."""
ALMOST_A_MINUTE = timedelta(seconds=59)


def too_often(free_at: datetime) -> str:
    """Say when something that was tried too often can be tried again, in whole minutes."""
    when = formats.date_format(timezone.localtime(free_at + ALMOST_A_MINUTE), "TIME_FORMAT")
    return _("Too many tries. You can try again at %(time)s.") % {"time": when}


def browser(user_agent: str) -> str:
    """Name a browser in words, as far as it is known."""
    name, system = browser_of(user_agent)
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or _("Unknown browser")


def signed_in_details(browser: UserSession, *, is_this: bool) -> list[str]:
    """Say when and from where somebody signed in."""
    when, address = _moment(browser.created_at), browser.ip
    return [
        *([_("This browser")] if is_this else []),
        _("Signed in %(when)s") % {"when": when},
        _("Network address %(address)s") % {"address": address},
    ]


def ends(ends: Ends) -> str:
    """Say when a session ends."""
    if ends.latest <= ends.idle:
        return _("You will be signed out at %(time)s.") % {"time": _clock(ends.latest)}
    return _(
        "You will be signed out at %(idle)s if you do nothing until then, and at %(latest)s in any "
        "case."
    ) % {"idle": _clock(ends.idle), "latest": _clock(ends.latest)}


def ends_soon(ends: Ends) -> str:
    """Say that a session ends in a moment, and what to do about it."""
    if ends.latest <= ends.idle:
        return _(
            "At %(time)s you will be signed out, as you signed in long ago. Save your work before "
            "that, then sign in again."
        ) % {"time": _clock(ends.latest)}
    return _("At %(time)s you will be signed out, as nothing has been done for a long time.") % {
        "time": _clock(ends.idle)
    }


def ended(count: int) -> str:
    """Say how many browsers were signed out."""
    if not count:
        return _("It had been signed out already.")
    return ngettext("%(count)d browser signed out.", "%(count)d browsers signed out.", count) % {
        "count": count
    }


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _clock(seconds: float) -> str:
    at = timezone.localtime(datetime.fromtimestamp(seconds, UTC))
    return formats.date_format(at, "TIME_FORMAT")
