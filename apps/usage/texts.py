"""When something was used last, and that calls are missed, in words."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

UNLISTED_CUSTOM = gettext_lazy("Custom integration that is not in the list")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago something was within a day, and later on which day."""
    passed = now - at
    if passed < MINUTE:
        return _("just now")
    if passed < HOUR:
        return ngettext("%(count)d min ago", "%(count)d min ago", passed // MINUTE) % {
            "count": passed // MINUTE
        }
    if passed < DAY:
        return ngettext("%(count)d h ago", "%(count)d h ago", passed // HOUR) % {
            "count": passed // HOUR
        }
    day, this_year = timezone.localtime(at), timezone.localtime(now).year
    named = "MONTH_DAY_FORMAT" if day.year == this_year else "SHORT_DATE_FORMAT"
    return formats.date_format(day, named)


def used(at: datetime, now: datetime) -> str:
    """Say when something was used last."""
    return _("used %(when)s") % {"when": ago(at, now)}


def silent(integration: str, last: datetime, usual: int) -> str:
    """Say that calls are missed."""
    when = formats.date_format(timezone.localtime(last), "SHORT_DATETIME_FORMAT")
    return ngettext(
        "No calls from %(integration)s since %(when)s. Usually there is %(count)d a day.",
        "No calls from %(integration)s since %(when)s. Usually there are %(count)d a day.",
        usual,
    ) % {"integration": integration, "when": when, "count": usual}
