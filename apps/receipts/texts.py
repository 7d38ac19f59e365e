"""The words of the yearly review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audit.models import name_in
from apps.companies.texts import day
from apps.receipts.rules import Decision, Used
from apps.resources.models import InterfaceResource
from apps.resources.rules import Review
from apps.rights.texts import resource_count

NEVER = gettext_lazy("Not reviewed yet")
CHANGED = gettext_lazy("The rights have been changed since.")
BEFORE_RECORDS = gettext_lazy("Not known: from before changes were recorded")
NEEDS_UNKNOWN = gettext_lazy("Not known. Ask the vendor.")
NOTHING_COUNTED = gettext_lazy(
    "No calls were counted in this company in 12 months, so nobody can tell what is used."
)
NOTHING_ALLOWED = gettext_lazy("Nothing is allowed")
RECORDED = gettext_lazy("Recorded: these rights are still right.")


def reviewed(review: Review | None) -> str:
    """Say when rights were reviewed last, and by whom."""
    return by(review.at, review.by) if review else str(NEVER)


def by(at: datetime, who: str) -> str:
    """Return a day and a person."""
    return f"{day(at)}, {name_in(who)}"


def decided(decision: Decision | None) -> str:
    """Say when something was decided, and by whom."""
    return by(decision.at, decision.by) if decision else str(BEFORE_RECORDS)


def due(count: int) -> str:
    """Say how many integrations are due; empty when none is."""
    said = ngettext(
        "%(count)d integration is due for review.",
        "%(count)d integrations are due for review.",
        count,
    )
    return said % {"count": count} if count else ""


def counted(used: Used, *, young: bool) -> str:
    """Say since when calls have been counted, where that is less than a year."""
    if used.since is None:
        return str(NOTHING_COUNTED)
    return (
        _("Calls have been counted since %(date)s.") % {"date": day_of(used.since)} if young else ""
    )


def unused(count: int, since: date, *, young: bool) -> str:
    """Say how many allowed resources no call used; empty when none is."""
    if not count:
        return ""
    if young:
        said = ngettext(
            "%(count)d allowed resource has not been used since %(date)s.",
            "%(count)d allowed resources have not been used since %(date)s.",
            count,
        )
    else:
        said = ngettext(
            "%(count)d allowed resource has not been used in 12 months.",
            "%(count)d allowed resources have not been used in 12 months.",
            count,
        )
    return said % {"count": count, "date": day_of(since)}


def new(count: int) -> str:
    """Say how many resources without calls are new; empty when none is."""
    said = ngettext(
        "%(count)d resource without calls was allowed less than 90 days ago: it is too early to tell whether it is needed.",
        "%(count)d resources without calls were allowed less than 90 days ago: it is too early to tell whether they are needed.",
        count,
    )
    return said % {"count": count} if count else ""


def day_of(of: date) -> str:
    """Return a day of the calendar."""
    return formats.date_format(of, "SHORT_DATE_FORMAT")


def number(count: int) -> str:
    """Return a number with its thousands apart."""
    return formats.number_format(count, force_grouping=True)


def named(resources: Sequence[InterfaceResource]) -> str:
    """Name one resource, or say how many there are."""
    return resources[0].name if len(resources) == 1 else resource_count(len(resources))
