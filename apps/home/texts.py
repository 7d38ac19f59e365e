"""The words for what needs attention in a company."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.companies.rules import Package
from apps.companies.texts import PACKAGES, day
from apps.rights.texts import waiting as blocked_waiting

PAGES = {
    "rights": gettext_lazy("Rights of interface resources"),
    "reopen": gettext_lazy("Review and reopen"),
    "api_identifiers": gettext_lazy("API identifiers"),
    "users": gettext_lazy("Users and roles"),
}
"""The pages that the company home leads to, by the names of their addresses."""
TRAFFIC_CLOSED = gettext_lazy("API traffic is closed.")


def all_blocked(name: str) -> str:
    """Say that everything is blocked for an integration."""
    return _("%(integration)s is listed and everything is blocked") % {"integration": name}


def waiting(resources: int, *, is_open: bool) -> str:
    """Say how much of what a block of all API traffic took away waits for review."""
    said = blocked_waiting(resources)
    return said if is_open else f"{TRAFFIC_CLOSED} {said}"


def lacks(name: str, missing: int, wanted: int) -> str:
    """Say how many of the resources that an integration needs are blocked."""
    if missing == wanted:
        return ngettext(
            "%(integration)s lacks the one resource it needs",
            "%(integration)s lacks all %(count)d resources it needs",
            wanted,
        ) % {"integration": name, "count": wanted}
    return ngettext(
        "%(integration)s lacks %(missing)d of the %(count)d resource it needs",
        "%(integration)s lacks %(missing)d of the %(count)d resources it needs",
        wanted,
    ) % {"integration": name, "missing": missing, "count": wanted}


def see(name: str) -> str:
    """Return the words of a link to an integration's rights."""
    return _("See %(integration)s") % {"integration": name}


def identifier_ends(user_id: str, owner: str, soon: str) -> str:
    """Say whose identifier ends how soon."""
    return f"{user_id} · {owner}: {soon}"


def member_leaves(name: str, end: datetime, identifiers: int) -> str:
    """Say when somebody's access ends, and how many identifiers stop working then."""
    said = _("Access of %(name)s ends on %(date)s") % {"name": name, "date": day(end)}
    if not identifiers:
        return said
    stop = ngettext(
        "%(count)d identifier stops then", "%(count)d identifiers stop then", identifiers
    )
    return f"{said}; {stop % {'count': identifiers}}"


def open_in_vain(count: int, package: str) -> str:
    """Say that rights are open for so many integrations, of which nothing moves on a package."""
    name = PACKAGES[Package(package)]
    if not count:
        return _("Rights are open; %(package)s carries no API traffic.") % {"package": name}
    return ngettext(
        "Rights are open for %(count)d integration; %(package)s carries no API traffic.",
        "Rights are open for %(count)d integrations; %(package)s carries no API traffic.",
        count,
    ) % {"count": count, "package": name}
