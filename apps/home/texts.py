"""The words for what needs attention in a company, and for the help."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.companies.rules import Package, Role
from apps.companies.texts import PACKAGES, day
from apps.identifiers.texts import ARTICLE as ABOUT_IDENTIFIERS
from apps.rights.texts import PACKAGE_ARTICLE
from apps.rights.texts import waiting as blocked_waiting

PAGES = {
    "rights": gettext_lazy("Rights of interface resources"),
    "reopen": gettext_lazy("Review and reopen"),
    "api_identifiers": gettext_lazy("API identifiers"),
    "users": gettext_lazy("Users and roles"),
    "history": gettext_lazy("Change history"),
    "check_call": gettext_lazy("Check a call"),
    "calls": gettext_lazy("API calls"),
}
"""The pages that the company home and the help lead to, by the names of their addresses."""
STEPS = (
    gettext_lazy("Contact the vendor of the software. It tells you what to do and what it costs."),
    gettext_lazy("Create an API identifier, and send its User ID and Key to the software partner."),
    gettext_lazy("Allow the resources that the software needs."),
)
TRAFFIC_CLOSED = gettext_lazy("API traffic is closed.")


class Question(NamedTuple):
    """What people ask, what is said to it, and the pages of a company where they go on."""

    asked: Promise
    answer: Promise
    pages: tuple[str, ...] = ()


FAILING: Sequence[Question] = (
    Question(
        gettext_lazy("Everything is set up, and it still fails"),
        gettext_lazy(
            "Open the integration in Rights of interface resources. Once it is in the list, only"
            " its own rights count: what is allowed in General access rights does not help it."
            " Then check the API identifier, the service package, and the settings at the vendor."
        ),
        ("rights", "api_identifiers"),
    ),
    Question(
        gettext_lazy("The API identifier is new, and nothing works"),
        gettext_lazy(
            "At first every resource is blocked. Open the integration and allow the resources that"
            " it needs. An identifier alone opens nothing, and neither do rights alone."
        ),
        ("rights",),
    ),
    Question(
        gettext_lazy("It worked until someone left"),
        gettext_lazy(
            "An API identifier works in a company only as long as its owner has access there."
            " Somebody who stays creates a new one and gives it to the software partner. Before"
            " you remove a user, you are told how many identifiers will stop working."
        ),
        ("api_identifiers", "users"),
    ),
    Question(
        gettext_lazy("It stopped, and nobody left"),
        gettext_lazy(
            "Check a call shows why the software is refused, and leads to the place where it is"
            " changed. Change history shows what was changed last, and you can undo it there. If all API"
            " traffic was blocked, reopen it in Review and reopen. The page API identifiers shows"
            " whether an identifier has expired or has been paused or stopped."
        ),
        ("check_call", "history", "reopen", "api_identifiers"),
    ),
    Question(
        gettext_lazy("One resource seems to be missing"),
        gettext_lazy(
            "The error message of the software often names it, for example salesinvoice.nv. Type"
            " that name into Find a resource, and allow the resource for the integration."
        ),
        ("rights",),
    ),
    Question(
        gettext_lazy("Payroll data is refused"),
        gettext_lazy(
            "For some payroll resources the owner of the identifier also needs the role Payroll"
            " accountant (P); the info window of the resource says so. Let somebody with that role"
            " create the identifier, or give its owner the role."
        ),
        ("rights", "users"),
    ),
    Question(
        gettext_lazy("The service package does not include API traffic"),
        gettext_lazy(
            "The software interface is part of Professional, Premium and Payroll. In Basic and"
            " Core only Netvisor Store extensions, Finvoice import and Smart Excel work. You can"
            " prepare the rights now; the package is changed in Netvisor Store."
        ),
    ),
)
BEFORE: Sequence[Question] = (
    Question(
        gettext_lazy("Who can create an API identifier?"),
        gettext_lazy(
            "Everyone who has edit level on at least one function in the company. You create it"
            " for yourself. You need not be an administrator, and the vendor does not issue"
            " identifiers."
        ),
        ("api_identifiers",),
    ),
    Question(
        gettext_lazy("Does each company need its own?"),
        gettext_lazy(
            "No. An API identifier works in every company that its owner has access to. Create one"
            " for each integration instead: then you can stop one and the others go on."
        ),
    ),
    Question(
        gettext_lazy("Can it belong to the company and not to a person?"),
        gettext_lazy(
            "No, it always belongs to one user. Let it be somebody who stays, and agree on who"
            " creates a new one when that person leaves."
        ),
        ("users",),
    ),
)
WORDS: Sequence[tuple[Promise, Promise]] = (
    (
        gettext_lazy("Interface resource"),
        gettext_lazy(
            "One thing that other software can do in Netvisor, such as importing sales invoices."
            " Import brings data into Netvisor, Get takes data out. Software partners call it by"
            " its code, for example customer.nv."
        ),
    ),
    (
        gettext_lazy("Integration"),
        gettext_lazy(
            "The other software. A finished integration is found by its name, a custom one only by"
            " the access key that its vendor gives you."
        ),
    ),
    (
        gettext_lazy("General access rights"),
        gettext_lazy("They apply to every integration that is not in the company's list."),
    ),
    (
        gettext_lazy("API identifier"),
        gettext_lazy(
            "A User ID and a Key with which the software signs in for you. Send them in"
            " separate messages, and the Key only to the software partner."
        ),
    ),
)
DOES: Mapping[Role, Promise] = {
    Role.KH: gettext_lazy("Manages the users of the company, and the rights of its integrations."),
    Role.TPK: gettext_lazy("Does the same in the client companies of an accounting office."),
    Role.KP: gettext_lazy("Does the bookkeeping of the company."),
    Role.TT: gettext_lazy("Sees users, roles and the change history, and changes nothing."),
    Role.P: gettext_lazy("Handles salaries; some payroll resources need this role."),
    Role.HH: gettext_lazy("Handles the details of employees."),
}
"""What somebody with a role does."""
KEYS: Sequence[tuple[str | Promise, Promise]] = (
    ("/", gettext_lazy("Goes to the search field of the page.")),
    ("u", gettext_lazy("Undoes the last change, while Undo is offered.")),
    ("?", gettext_lazy("Shows the keys that act alone, and lets you switch them off.")),
    ("Tab", gettext_lazy("Goes to the next switch, button or link; with Shift to the one before.")),
    (gettext_lazy("Space"), gettext_lazy("Presses the switch or button; Enter does too.")),
    ("Esc", gettext_lazy("Closes a window or a menu.")),
)
ARTICLES: Sequence[tuple[str, Promise]] = (
    (ABOUT_IDENTIFIERS, gettext_lazy("API identifiers")),
    (
        "https://support.netvisor.fi/en/support/solutions/articles/"
        "77000498457-rights-of-interface-resources",
        gettext_lazy("Rights of interface resources"),
    ),
    (PACKAGE_ARTICLE, gettext_lazy("Changing the service package in Netvisor Store")),
)
"""Netvisor's own articles, with their addresses."""


def all_blocked(name: str) -> str:
    """Say that everything is blocked for an integration."""
    return _("%(integration)s is in the list, and everything is blocked") % {"integration": name}


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


def refused(name: str, count: int) -> str:
    """Say how many calls of an integration were refused lately."""
    return ngettext(
        "%(integration)s: %(count)s call refused since yesterday",
        "%(integration)s: %(count)s calls refused since yesterday",
        count,
    ) % {"integration": name, "count": _number(count)}


def refused_many(count: int, integrations: int) -> str:
    """Say how many calls of so many integrations, always several, were refused lately."""
    return _("%(count)s calls of %(integrations)d integrations refused since yesterday") % {
        "count": _number(count),
        "integrations": integrations,
    }


def _number(count: int) -> str:
    return formats.number_format(count, use_l10n=True, force_grouping=True)


def identifier_ends(user_id: str, owner: str, soon: str) -> str:
    """Say whose identifier ends how soon."""
    return f"{user_id} · {owner}: {soon}"


def member_leaves(name: str, end: datetime, identifiers: int) -> str:
    """Say when somebody's access ends, and how many identifiers stop working then."""
    said = _("%(name)s's access ends on %(date)s") % {"name": name, "date": day(end)}
    if not identifiers:
        return said
    stop = ngettext(
        "%(count)d API identifier will stop working then",
        "%(count)d API identifiers will stop working then",
        identifiers,
    )
    return f"{said}; {stop % {'count': identifiers}}"


def open_in_vain(count: int, package: str) -> str:
    """Say that rights are open for so many integrations, of which nothing moves on a package."""
    name = PACKAGES[Package(package)]
    if not count:
        return _(
            "Resources are allowed, but the package %(package)s does not include API traffic."
        ) % {"package": name}
    return ngettext(
        "Resources are allowed for %(count)d integration, but the package %(package)s"
        " does not include API traffic.",
        "Resources are allowed for %(count)d integrations, but the package %(package)s"
        " does not include API traffic.",
        count,
    ) % {"count": count, "package": name}
