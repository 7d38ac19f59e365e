"""The words about lost second factors."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.refusals import Reason
from apps.recovery.models import Reset
from apps.recovery.rules import Refusal

REFUSALS: Mapping[Reason, Promise] = {
    Refusal.NO_FACTOR: gettext_lazy(
        "This person has no passkey and no authenticator app, so there is nothing to reset. If they"
        " have lost their password, they can choose a new one on the sign-in page."
    ),
    Refusal.ONESELF: gettext_lazy(
        "You cannot ask for this yourself. Another user administrator of your company can, or the"
        " site staff."
    ),
    Refusal.OUT_OF_REACH: gettext_lazy(
        "Only a TPK, or a KH who is also company administrator, can ask for this for a TPK or a"
        " company administrator. Ask one of them, or the site staff."
    ),
    Refusal.ELSEWHERE: gettext_lazy(
        "This person also belongs to a company or an accounting office where you cannot change"
        " their rights. Ask the site staff: they can reset it."
    ),
    Refusal.SITE_STAFF: gettext_lazy(
        "This person belongs to the site staff. Only the site staff can reset it."
    ),
    Refusal.SOLE_KH: gettext_lazy(
        "This person is the only KH of a company. Ask the site staff: they can reset it."
    ),
    Refusal.ASKED_ALREADY: gettext_lazy("A reset has already been requested for this person."),
    Refusal.ASKED_OFTEN: gettext_lazy(
        "A reset has been requested for this person five times today. Try again tomorrow, or ask the"
        " site staff."
    ),
}
PASSWORD_TOO_NEW = gettext_lazy(
    "This password was chosen by a link in an email lately, which whoever reads your mailbox could"
    " have done. So it cannot confirm the reset. Ask the site staff: they can reset it."
)
GONE = {
    "title": gettext_lazy("Reset of your passkeys and codes"),
    "heading": gettext_lazy("This link does not work"),
    "hint": gettext_lazy(
        "The reset has been carried out or cancelled, or the link has expired, or part of it is"
        " missing. Ask a KH of your company to request a new one."
    ),
}
ASKED = gettext_lazy("%(name)s has been asked by email to confirm the reset.")
CANCELLED = gettext_lazy("The reset has been cancelled. The passkeys and codes stay.")
CONFIRMED = gettext_lazy("Confirmed. You get an email about it.")
ALREADY_OVER = gettext_lazy("There is no reset to cancel now.")


def waits_for(reset: Reset) -> str:
    """Say who asked for a reset, and what it waits for."""
    if reset.due_at:
        return _(
            "%(name)s has confirmed the reset that %(who)s requested. The passkeys and codes are"
            " removed on %(when)s at the earliest. Until then it can be cancelled."
        ) % {"name": reset.user.name, "who": reset.asked_by.name, "when": moment(reset.due_at)}
    return _(
        "%(who)s has requested a reset. %(name)s has not confirmed it yet: the link in their email"
        " works until %(when)s."
    ) % {"name": reset.user.name, "who": reset.asked_by.name, "when": moment(reset.until)}


def moment(at: datetime) -> str:
    """Return a moment in short."""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
