"""The words for what needs attention in a client company."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext, pgettext_lazy

from apps.clients.rules import BEYOND, Need, NotFounded
from apps.companies.rules import Package
from apps.companies.texts import PACKAGES, company_count
from apps.core.refusals import Reason
from apps.usage.models import Habit
from apps.usage.texts import silent as one_silent

ALL = ("", pgettext_lazy("filter", "All"))
ATTENTION = [
    ALL,
    ("any", gettext_lazy("Any of these")),
    (Need.CLOSED.value, gettext_lazy("Integration blocked")),
    (Need.LACKING.value, gettext_lazy("Needed resource blocked")),
    (Need.GENERAL.value, gettext_lazy("General rights in use")),
    (Need.PACKAGE.value, gettext_lazy("Package does not include API traffic")),
    (Need.OWNER.value, gettext_lazy("API identifier whose owner cannot use it")),
    (Need.ENDING.value, gettext_lazy("API identifier about to expire")),
    (Need.SILENT.value, gettext_lazy("No calls for 7 days, usually has")),
    (Need.UNUSED.value, gettext_lazy("Not used in 90 days")),
    (BEYOND, gettext_lazy("More than needed")),
]
TRAFFIC = [
    ALL,
    ("open", pgettext_lazy("API traffic", "Open")),
    ("closed", pgettext_lazy("API traffic", "Closed")),
]
HOW = [
    ("", pgettext_lazy("integration", "In the list")),
    ("not", pgettext_lazy("integration", "Not in the list")),
    ("lacking", pgettext_lazy("integration", "Missing resources it needs")),
]
SORTS = [
    ("", gettext_lazy("Company")),
    ("attention", gettext_lazy("Needs attention")),
    ("business_id", gettext_lazy("Business ID")),
    ("traffic", gettext_lazy("API traffic")),
    ("package", gettext_lazy("Package")),
    ("integrations", gettext_lazy("Integrations")),
    ("changed", gettext_lazy("Last change")),
]

COLUMNS = [
    gettext_lazy("Company"),
    gettext_lazy("Business ID"),
    gettext_lazy("Accounting office"),
    gettext_lazy("Package"),
    gettext_lazy("API traffic"),
    gettext_lazy("Integrations"),
    gettext_lazy("Needs attention"),
    gettext_lazy("Last change"),
    gettext_lazy("Last accepted call"),
]
"""The heads of the file."""
NOT_SEEN = "–"
"""Stands where rights may not be seen."""
REFUSED: Mapping[Reason, Promise] = {
    NotFounded.ALREADY_KNOWN: gettext_lazy(
        "This company is already in Netvisor Rights. Ask the site administrator to move it."
    ),
    NotFounded.ALREADY_CLIENT: gettext_lazy("This company is already your client company."),
}


def unit(count: int) -> str:
    """Return "integration" or "integrations", to stand behind a number."""
    return npgettext("counted", "integration", "integrations", count)


def size(count: int, offices: list[str]) -> str:
    """Say how many companies which offices have."""
    facts = {"office": ", ".join(offices), "companies": company_count(count)}
    return _("%(office)s: %(companies)s") % facts


def needing(count: int) -> str:
    """Say of how many of them something needs attention."""
    if not count:
        return _("none needs attention")
    return ngettext("%(count)d needs attention", "%(count)d need attention", count) % {
        "count": count
    }


def founded(company: str, people: int) -> str:
    """Say that a company was founded, and for how many people."""
    return ngettext(
        "%(company)s created; %(count)d person in the office has access.",
        "%(company)s created; %(count)d people in the office have access.",
        people,
    ) % {"company": company, "count": people}


def traffic(*, is_open: bool) -> str:
    """Say whether API traffic is open, in one word."""
    return pgettext("API traffic", "Open") if is_open else pgettext("API traffic", "Closed")


def refused(count: int) -> str:
    """Say how many calls were refused lately; nothing where none were."""
    if not count:
        return ""
    words = ngettext(
        "%(count)s call refused since yesterday", "%(count)s calls refused since yesterday", count
    )
    return words % {"count": formats.number_format(count, use_l10n=True, force_grouping=True)}


def blocked(names: list[str]) -> str:
    """Say that integrations are blocked; a single one by name."""
    if len(names) == 1:
        return _("%(integration)s is blocked") % {"integration": names[0]}
    return ngettext(
        "%(count)d integration is blocked", "%(count)d integrations are blocked", len(names)
    ) % {"count": len(names)}


def lacking(needs: dict[str, int]) -> str:
    """Say that integrations lack resources that they need; a single one by name, and how many."""
    if len(needs) > 1:
        return ngettext(
            "%(count)d integration lacks needed resources",
            "%(count)d integrations lack needed resources",
            len(needs),
        ) % {"count": len(needs)}
    [(name, count)] = needs.items()
    return ngettext(
        "%(integration)s lacks %(count)d needed resource",
        "%(integration)s lacks %(count)d needed resources",
        count,
    ) % {"integration": name, "count": count}


def general_in_use() -> str:
    """Say that the general access rights allow something."""
    return _("General rights in use")


def no_interface(package: str) -> str:
    """Say that what is allowed does not move on this package."""
    return _("The package %(package)s does not include API traffic") % {
        "package": PACKAGES[Package(package)]
    }


def silent(names: list[str], last: Habit) -> str:
    """Say that calls are missed; those of a single integration by name, with what is usual."""
    if len(names) == 1:
        return one_silent(names[0], last.last_at, last.usual or 0)
    return ngettext(
        "%(count)d integration has stopped calling",
        "%(count)d integrations have stopped calling",
        len(names),
    ) % {"count": len(names)}


def unused(count: int) -> str:
    """Say how many rights in force no call used."""
    return ngettext(
        "%(count)d allowed right was not used in 90 days",
        "%(count)d allowed rights were not used in 90 days",
        count,
    ) % {"count": count}


def without_owner(count: int) -> str:
    """Say how many identifiers have no owner who could use them."""
    return ngettext(
        "%(count)d API identifier whose owner has no valid rights",
        "%(count)d API identifiers whose owners have no valid rights",
        count,
    ) % {"count": count}


def ending(count: int, first: datetime) -> str:
    """Say how many identifiers end soon, and how soon the first does."""
    return ngettext(
        "%(count)d API identifier expires %(when)s",
        "%(count)d API identifiers expire, the first %(when)s",
        count,
    ) % {"count": count, "when": in_days(first)}


def in_days(end: datetime) -> str:
    """Return "in 6 days", or "today"."""
    days = (timezone.localdate(end) - timezone.localdate()).days
    if days == 0:
        return pgettext("ends", "today")
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


def when(moment: datetime) -> str:
    """Return a time as a list shows it: "Today 14:02", "Yesterday 09:15", or the date."""
    local = timezone.localtime(moment)
    clock = formats.date_format(local, "TIME_FORMAT")
    match (timezone.localdate() - local.date()).days:
        case 0:
            return _("Today %(time)s") % {"time": clock}
        case 1:
            return _("Yesterday %(time)s") % {"time": clock}
    return formats.date_format(local, "SHORT_DATE_FORMAT")
