"""The words about signing in that no template has."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, ngettext_lazy

from apps.accounts.rules import browser_of

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


def signed_in(at: datetime) -> str:
    """Say when somebody signed in."""
    return _("Signed in %(when)s") % {"when": _moment(at)}


def from_address(address: str) -> str:
    """Say from which network address something came."""
    return _("Network address %(address)s") % {"address": address}


def ended(count: int) -> str:
    """Say how many browsers were signed out."""
    if not count:
        return _("It had been signed out already.")
    return ngettext("%(count)d browser signed out.", "%(count)d browsers signed out.", count) % {
        "count": count
    }


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
