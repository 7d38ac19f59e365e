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
    (Verb.FACTOR_ADDED.value, _("Way of signing in added")),
    (Verb.FACTOR_REMOVED.value, _("Way of signing in removed")),
    (Verb.RECOVERY_RENEWED.value, _("Recovery codes replaced")),
    (Verb.RECOVERY_USED.value, _("Recovery code used")),
    (Verb.PASSWORD_CHANGED.value, _("Password changed")),
    (Verb.PASSWORD_RESET.value, _("Password reset")),
    (Verb.EMAIL_CHANGED.value, _("Email address changed")),
    (Verb.CONFIRMATION_ASKED.value, _("Confirmation asked for")),
    (Verb.CONFIRMED.value, _("Confirmed by signing in again")),
    (Verb.EXPORTED.value, _("CSV file downloaded")),
    (Verb.KEY_SHOWN.value, _("Key shown")),
    (Verb.KEY_COPIED.value, _("Key copied")),
]
WORDS = dict(VERBS)
CHOICES = [("", pgettext_lazy("filter", "All")), *VERBS]
ENDS_TOO_EARLY = _("The end date must not be before the start date.")
NOT_SAVED = _("Your last change was not saved. Confirm that it is you, then make it again.")


def needed_from(moment: datetime) -> str:
    """Say until when a password alone is enough."""
    when = formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return gettext(
        "From %(when)s on, your password alone is not enough. Add a passkey under “Change password”."
    ) % {"when": when}


HEADS = [
    _("When"),
    _("What"),
    _("Details"),
    _("Who"),
    _("Company"),
    _("Network address"),
    _("Browser"),
]
