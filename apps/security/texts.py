"""The words for what the security record holds."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.security.rules import Verb

VERBS = [
    (Verb.SIGNED_IN.value, _("Signed in")),
    (Verb.FAILED.value, _("Sign-in failed")),
    (Verb.LOCKED_OUT.value, _("Sign-in stopped after too many attempts")),
    (Verb.SIGNED_OUT.value, _("Signed out")),
    (Verb.BROWSER_ENDED.value, _("Another browser signed out")),
    (Verb.TIMED_OUT.value, _("Signed out after a time")),
    (Verb.FACTOR_ADDED.value, _("Way of signing in added")),
    (Verb.FACTOR_REMOVED.value, _("Way of signing in removed")),
    (Verb.RECOVERY_RENEWED.value, _("Recovery codes replaced")),
    (Verb.RECOVERY_USED.value, _("Recovery code used")),
    (Verb.RESET_ASKED.value, _("Reset of passkeys and codes requested")),
    (Verb.RESET_CONFIRMED.value, _("Reset of passkeys and codes confirmed")),
    (Verb.RESET_CANCELLED.value, _("Reset of passkeys and codes cancelled")),
    (Verb.FACTORS_RESET.value, _("Passkeys and codes reset")),
    (Verb.PASSWORD_CHANGED.value, _("Password changed")),
    (Verb.PASSWORD_RESET.value, _("Password reset")),
    (Verb.EMAIL_CHANGED.value, _("Email address changed")),
    (Verb.CONFIRMATION_ASKED.value, _("Confirmation asked for")),
    (Verb.CONFIRMED.value, _("Confirmed by signing in again")),
    (Verb.EXPORTED.value, _("CSV file downloaded")),
    (Verb.KEY_SHOWN.value, pgettext_lazy("security event", "Key shown")),
    (Verb.KEY_COPIED.value, pgettext_lazy("security event", "Key copied")),
]
WORDS = dict(VERBS)
WAYS = {
    "password": _("Password"),
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
    "socialaccount": _("Your organisation's own sign-in"),
}
"""The ways of signing in, by the library's names."""
CHOICES = [("", pgettext_lazy("filter", "All")), *VERBS]
ENDS_TOO_EARLY = _("The end date must not be before the start date.")
NOT_SAVED = _("Your last change was not saved. Confirm that it is you, then make it again.")


LAPSED = _(
    "More than 15 minutes have passed since you confirmed your identity. Open this page in a new tab,"
    " confirm your identity there, and press the button here again."
)
DAYS_SAVED = _("Saved. It applies from now on.")
DAYS_UNCHANGED = _("No change: the company already gives so many days.")


def needed_from(moment: datetime) -> str:
    """Say until when a password alone is enough."""
    when = formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return gettext(
        "From %(when)s on, your password alone is not enough. Add a passkey on the page Security."
    ) % {"when": when}


OWN_HEADING = _("Sign-ins and security events")
OWN_SAID = _(
    "What has happened to your account, and the files and Keys you have taken. Events are kept for "
    "400 days and cannot be edited. If you do not recognise something, change your password."
)
COMPANY_HEADING = _("Sign-ins and downloads")
COMPANY_SAID = _(
    "When this company's users have signed in, and which files and Keys they have taken from this "
    "company. Events are kept for 400 days and cannot be edited. Network address and browser are "
    "shown only of users who belong to no other company."
)
HEADS = [
    _("When"),
    _("What"),
    _("Details"),
    _("Who"),
    _("Company"),
    _("Network address"),
    _("Browser"),
]
_IN_ACCOUNT = _("The password of your account in Netvisor Rights has been changed.")
_IN_FACTORS = _("The passkeys and codes of your account in Netvisor Rights have been changed.")
ALERTS = {
    Verb.SIGNED_IN: (
        _("New sign-in to Netvisor Rights"),
        _("Somebody has signed in to your account in a browser that we have not seen before."),
    ),
    Verb.FAILED: (
        _("Failed sign-ins to Netvisor Rights"),
        _("Somebody has tried to sign in to your account five times in an hour and failed."),
    ),
    Verb.PASSWORD_CHANGED: (_("Your password has been changed"), _IN_ACCOUNT),
    Verb.PASSWORD_RESET: (_("Your password has been changed"), _IN_ACCOUNT),
    Verb.EMAIL_CHANGED: (
        _("Your email address has been changed"),
        _("The email address with which you sign in to Netvisor Rights has been changed."),
    ),
    Verb.FACTOR_ADDED: (_("A way of signing in has been added"), _IN_FACTORS),
    Verb.FACTOR_REMOVED: (_("A way of signing in has been removed"), _IN_FACTORS),
    Verb.RECOVERY_RENEWED: (_("Your recovery codes have been replaced"), _IN_FACTORS),
}
"""Subject and first sentence of the mails about events."""


def told(about: str) -> str:
    """Say what an event was about: ways of signing in, or a name as it was written down."""
    return ", ".join(str(WAYS.get(part, part)) for part in about.split(", "))
