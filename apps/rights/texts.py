"""The words for signs, switches, refusals and changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from apps.audit.models import AuditEvent
from apps.companies.rules import Package, includes_interface
from apps.companies.texts import PACKAGES
from apps.core.refusals import Reason
from apps.identifiers.texts import moment
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource, Sensitivity
from apps.resources.rules import Board, ResourceSet, Sign, Standing, Verdict
from apps.rights.rules import Refusal, Share, Show


@dataclass(frozen=True)
class SignLook:
    """How a warning is drawn, and what it says."""

    icon: str
    look: str
    text: str | Promise


ASKED_TRAFFIC = gettext_lazy("Block API traffic?")
PACKAGE_ARTICLE = (
    "https://support.netvisor.fi/en/support/solutions/articles/"
    "77000547389-faq-about-netvisor-billing"
)
"""Netvisor's own article that says how the package is changed in Netvisor Store."""
SOME_BLOCKED = gettext_lazy("Some resources are blocked")
SIGNS: Mapping[Sign, SignLook] = {
    Sign.CLOSED: SignLook("octagon", "icon-closed", gettext_lazy("All resources are blocked")),
    Sign.LEFT: SignLook(
        "octagon", "icon-quiet", gettext_lazy("All resources are blocked, on purpose")
    ),
    Sign.LACKING: SignLook("triangle", "icon-partly", SOME_BLOCKED),
    Sign.PARTLY: SignLook("triangle", "icon-limited", SOME_BLOCKED),
    Sign.LIMITED: SignLook(
        "triangle",
        "icon-limited",
        gettext_lazy("This integration has a limited set of resources and needs all of it"),
    ),
}
CALLS = {
    True: SignLook("tick", "", pgettext_lazy("call", "Passes")),
    False: SignLook("octagon", "icon-closed", pgettext_lazy("call", "Refused")),
}
"""Whether a call would pass."""
VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.ALLOWED: gettext_lazy("Allowed"),
    Verdict.NOT_AVAILABLE: gettext_lazy("Not available"),
    Verdict.BLOCKED_IN_GENERAL: gettext_lazy("Blocked in general access rights"),
    Verdict.BLOCKED_FOR_INTEGRATION: gettext_lazy("Blocked for this integration"),
}
CHARGED = gettext_lazy("Charged per transaction")
INCLUDED = gettext_lazy("Included in the monthly price of the package")
WITH_ATTACHMENT = "accounting.nv"
"""The resource that costs something only with an attachment (help article "Rights of interface
resources")."""
WHY_SENSITIVE: Mapping[str, Promise] = {
    Sensitivity.PAY: gettext_lazy("Concerns salaries and other pay of employees."),
    Sensitivity.PERSONAL: gettext_lazy("Concerns personal data of customers or employees."),
    Sensitivity.BANK: gettext_lazy("Concerns bank accounts or outgoing payments."),
    Sensitivity.DELETES: gettext_lazy("Deletes data or takes it out of the accounts."),
}
"""Why a resource is sensitive, in a sentence; the others have none."""
STATES = {True: gettext_lazy("Allowed"), False: gettext_lazy("Blocked")}
COLUMNS = (
    gettext_lazy("Integration"),
    gettext_lazy("Section"),
    gettext_lazy("Group"),
    gettext_lazy("Resource"),
    gettext_lazy("Code"),
    gettext_lazy("Direction"),
    gettext_lazy("Price"),
    gettext_lazy("Right"),
    gettext_lazy("Integrations that may use it"),
    gettext_lazy("Integrations in the list"),
)
"""What stands above the columns of the rights as a file."""
DECIDED = {True: gettext_lazy("Allowed by"), False: gettext_lazy("Blocked by")}
"""What stands before who allowed or blocked a resource."""
SECTION_WORDS: Mapping[Share, Promise] = {
    Share.ALL: gettext_lazy("Section allowed"),
    Share.NOTHING: gettext_lazy("Whole section blocked"),
    Share.SOME: gettext_lazy("Section partly allowed"),
}
INTEGRATION_WORDS: Mapping[Share, Promise] = {
    Share.ALL: gettext_lazy("Integration allowed"),
    Share.NOTHING: gettext_lazy("Integration blocked"),
    Share.SOME: gettext_lazy("Integration partly allowed"),
}
SHOW = (
    (Show.ALL, pgettext_lazy("filter", "All")),
    (Show.ALLOWED, pgettext_lazy("filter", "Allowed")),
    (Show.BLOCKED, pgettext_lazy("filter", "Blocked")),
    (Show.IMPORT, pgettext_lazy("filter", "Import")),
    (Show.GET, pgettext_lazy("filter", "Get")),
    (Show.PER_TRANSACTION, pgettext_lazy("filter", "Charged per transaction")),
    (Show.SENSITIVE, pgettext_lazy("filter", "Sensitive")),
    (Show.UNUSED, gettext_lazy("Not used in 90 days")),
)
NOT_FOUND = gettext_lazy("No integration found. Check the access key with the vendor.")
TOO_MANY_TRIES = gettext_lazy("Too many searches by access key. Try again in five minutes.")

CHANGED_SINCE = gettext_lazy(
    "These rights were changed after you opened the page. The page now shows the current rights."
)
REFUSALS: Mapping[Reason, Promise] = {
    Refusal.TWO_BUTTONS: gettext_lazy("Nothing was changed: choose either Allow or Block."),
    Refusal.NO_SUCH_RESOURCE: gettext_lazy("Nothing was changed: there is no such resource."),
    Refusal.NOT_AVAILABLE: gettext_lazy(
        "Nothing was changed: that resource is not available here."
    ),
    Refusal.ALREADY_LISTED: gettext_lazy(
        "Nothing was changed: the integration already has rights of its own. Check them below."
    ),
    Refusal.NOT_AS_SEEN: CHANGED_SINCE,
    Refusal.MOVED_ON: gettext_lazy(
        "Nothing was undone: the rights have been changed since. Check them and make the change yourself."
    ),
}


def sign_of(standing: Standing) -> SignLook | None:
    """Return the warning beside an integration's name; it names how much of what is needed is blocked."""
    if standing.sign is None:
        return None
    look, count = SIGNS[standing.sign], len(standing.lacking)
    if standing.sign is not Sign.LACKING:
        return look
    said = ngettext(
        "%(count)d needed resource is blocked", "%(count)d needed resources are blocked", count
    )
    return replace(look, text=said % {"count": count})


def verdict(board: Board, integration: Integration | None, position: int) -> str:
    """Say whose rights decide about a resource, and how."""
    decided = board.verdict(integration, position)
    if integration is None:
        return str(VERDICTS[decided])
    if board.of(integration).listed or decided is Verdict.NOT_AVAILABLE:
        return f"{integration.name}: {VERDICTS[decided]}"
    said = (
        _("Allowed by the general access rights, because %(integration)s is not in the list")
        if decided
        else _("Blocked by the general access rights, because %(integration)s is not in the list")
    )
    return said % {"integration": integration.name}


def name_of(integration: Integration | None) -> str:
    """Return the integration's name, or that of the general access rights."""
    return integration.name if integration else _("General access rights")


def traffic(board: Board, closed_by: AuditEvent | None = None) -> str:
    """Say whether API traffic is open, and for whom; or when and by whom it was closed.

    What the general rights open, to every integration that is not in the list, is marked.
    """
    integrations, general = len(board.open), len(board.general.in_force)
    if not board.traffic_is_open:
        said = _("API traffic is closed. Allowing any resource opens it.")
        return f"{said} {_closed(closed_by)}" if closed_by else said
    if not general:
        return ngettext(
            "API traffic is open: %(count)d integration",
            "API traffic is open: %(count)d integrations",
            integrations,
        ) % {"count": integrations}
    said = _("API traffic is open: {general}")
    if integrations:
        said = ngettext(
            "API traffic is open: {count} integration, and {general}",
            "API traffic is open: {count} integrations, and {general}",
            integrations,
        )
    return format_html(said, count=integrations, general=_open_in_general(general))


def _open_in_general(resources: int) -> str:
    said = ngettext(
        "general rights: %(count)d resource", "general rights: %(count)d resources", resources
    )
    return format_html('<span class="warn">{}</span>', said % {"count": resources})


def _closed(by: AuditEvent) -> str:
    said = pgettext("API traffic", "Blocked %(when)s by %(who)s.")
    return said % {"when": moment(by.at), "who": by.actor_name}


def waiting(resources: int) -> str:
    """Say how much of what was blocked waits for review; empty when nothing does."""
    said = ngettext(
        "%(count)d blocked resource waits for review.",
        "%(count)d blocked resources wait for review.",
        resources,
    )
    return said % {"count": resources} if resources else ""


def loss(board: Board) -> str:
    """Say what blocking all API traffic takes (or took) away."""
    lost = sum(len(standing.in_force) for standing in board.open)
    said = ngettext(
        "%(count)d integration loses %(resources)s.",
        "%(count)d integrations lose %(resources)s.",
        len(board.open),
    ) % {"count": len(board.open), "resources": resource_count(lost)}
    general = len(board.general.in_force)
    if not general:
        return said
    also = _("General access rights lose %(resources)s.") % {"resources": resource_count(general)}
    return f"{said} {also}" if board.open else also


def traffic_blocked(before: Board) -> str:
    """Say that API traffic was blocked."""
    if not before.traffic_is_open:
        return _("No change: API traffic is already closed.")
    lost = sum(len(standing.in_force) for standing in before.open)
    said = ngettext(
        "API traffic blocked: %(count)d integration lost %(resources)s.",
        "API traffic blocked: %(count)d integrations lost %(resources)s.",
        len(before.open),
    ) % {"count": len(before.open), "resources": resource_count(lost)}
    review = _("You can review and reopen what was allowed.")
    general = len(before.general.in_force)
    also = _("General access rights lost %(resources)s.") % {"resources": resource_count(general)}
    if not before.open:
        said = _("API traffic blocked.")
    return " ".join([said, also, review] if general else [said, review])


def matched(count: int, offered: int) -> str:
    """Say how many finished integrations a search by name found, and when not all are offered."""
    if not count:
        return _(
            "No finished integration has that name. Find a custom integration with its access key."
        )
    said = ngettext("%(count)d integration found", "%(count)d integrations found", count)
    if offered < count:
        said = _("%(count)d integrations found; here are the first %(offered)d")
    return said % {"count": count, "offered": offered}


def resource_count(count: int) -> str:
    """Return "27 resources"."""
    return ngettext("%(count)d resource", "%(count)d resources", count) % {"count": count}


def shows(*, counted: bool) -> list[tuple[Show, Promise]]:
    """Return the choices of the filter; what is not used can be asked for once it is counted."""
    return [choice for choice in SHOW if counted or choice[0] is not Show.UNUSED]


def changed(
    integration: Integration | None,
    resources: ResourceSet,
    catalogue: Catalogue,
    *,
    allow: bool,
    newly_listed: bool,
) -> str:
    """Say what a change of some resources did, in one sentence."""
    count = len(resources)
    if count == 0 and newly_listed:
        sentence = _("%(who)s was added to the list with everything blocked.")
    elif count == 0:
        sentence = _("No change: %(who)s already has this setting.")
    elif count == 1:
        sentence = (
            _("%(what)s allowed for %(who)s.") if allow else _("%(what)s blocked for %(who)s.")
        )
    elif allow:
        sentence = _("%(count)d resources allowed for %(who)s.")
    else:
        sentence = _("%(count)d resources blocked for %(who)s.")
    return sentence % _words(integration, resources, catalogue)


def undone(
    integration: Integration | None,
    resources: ResourceSet,
    catalogue: Catalogue,
    *,
    allowed: bool,
    stays_listed: bool,
) -> str:
    """Say that a change was taken back, and that the integration it added stays in the list.

    One resource is told with its right now, since taking back can be taken back too.
    """
    words = _words(integration, resources, catalogue)
    said = ngettext(
        "Undone: %(count)d resource is as it was before for %(who)s.",
        "Undone: %(count)d resources are as they were before for %(who)s.",
        len(resources),
    )
    if len(resources) == 1:
        said = (
            _("Undone: %(what)s is allowed again for %(who)s.")
            if allowed
            else _("Undone: %(what)s is blocked again for %(who)s.")
        )
    if stays_listed:
        said += " " + _(
            "%(who)s stays in the list, so the general access rights no longer apply to it."
        )
    return said % words


def _words(
    integration: Integration | None, resources: ResourceSet, catalogue: Catalogue
) -> dict[str, str | int]:
    found = catalogue.of(resources)
    return {
        "who": name_of(integration),
        "count": len(found),
        "what": found[0].name if len(found) == 1 else "",
    }


def general_applies(
    integration: Integration | None, general: ResourceSet, usable: ResourceSet
) -> str:
    """Say what the general rights give an integration that has none of its own, and until when."""
    return _(
        "%(integration)s has no rights of its own yet, so the general access rights apply "
        "(%(allowed)d of %(total)d allowed). As soon as you change a switch here, only these "
        "switches count for %(integration)s, and it stays in the list for good."
    ) % {
        "integration": name_of(integration),
        "allowed": len(general),
        "total": len(usable),
    }


def needs(standing: Standing) -> str:
    """Say how much of what an integration needs is blocked; empty when it needs nothing known.

    Of one that is not in the list yet a button and the window say what it needs.
    """
    count, lacking = len(standing.needed), len(standing.needed - standing.in_force)
    words = {"count": count, "lacking": lacking}
    if not count or not standing.listed:
        return ""
    if not lacking:
        said = ngettext(
            "The resource it needs is allowed.",
            "All %(count)d resources it needs are allowed.",
            count,
        )
    else:
        said = ngettext(
            "%(lacking)d of the %(count)d resource it needs is blocked.",
            "%(lacking)d of the %(count)d resources it needs are blocked.",
            count,
        )
    return said % words


def source_of(integration: Integration | None) -> str:
    """Say how we know what an integration needs."""
    if integration and integration.needs_are_documented:
        return _("Based on the vendor's or Netvisor's documentation.")
    return _("Based on our own estimate.")


def block_all(count: int) -> str:
    """Return the words of the button that blocks what is allowed of several."""
    return ngettext("Block the one", "Block all %(count)s", count) % {"count": count}


def allows_rest(count: int) -> str:
    """Say what a switch of something partly allowed does."""
    said = ngettext("Allows the other one", "Allows the other %(count)s", count)
    return said % {"count": count}


def described(word: str | Promise, rest: int) -> str:
    """Return what describes a big switch: the word it shows, and the rest that it allows."""
    return f"{word}. {allows_rest(rest)}" if rest else str(word)


def block_shown(count: int) -> str:
    """Return the words of the button that blocks what a filter shows."""
    said = ngettext("Block the one shown", "Block the %(count)s shown", count)
    return said % {"count": count}


def allow_shown(count: int) -> str:
    """Return the words of the button that allows what a filter shows."""
    said = ngettext("Allow the one shown", "Allow the %(count)s shown", count)
    return said % {"count": count}


def keep_general(count: int) -> str:
    """Return the words of the button that allows what the general rights give."""
    said = ngettext("Allow the one allowed now", "Allow the %(count)s allowed now", count)
    return said % {"count": count}


def allow_needed(count: int) -> str:
    """Return the words of the button that allows what is needed and blocked."""
    said = ngettext("Allow the one it needs", "Allow the %(count)s it needs", count)
    return said % {"count": count}


def allowed_of(allowed: int, total: int) -> str:
    """Return "7 of 30 allowed"."""
    return _("%(allowed)s of %(total)s allowed") % {"allowed": allowed, "total": total}


def right(*, allowed: bool, generally: bool) -> str:
    """Name a right as a file shows it: what is blocked here may be allowed in general."""
    state = str(STATES[allowed])
    return f"{state} ({_('general rights allow it')})" if generally else state


def generally(allowed: int, total: int) -> str:
    """Return the same of what is not in the list."""
    return _("%(allowed)s of %(total)s allowed by the general access rights") % {
        "allowed": allowed,
        "total": total,
    }


def shown_of(shown: int, total: int) -> str:
    """Return "1 of 3 shown": how much of a section a filter shows."""
    return _("%(shown)s of %(total)s shown") % {"shown": shown, "total": total}


def carries(integration: Integration, package: str) -> str:
    """Say whether an integration can transfer data on a package that has no interface service."""
    if includes_interface(package):
        return ""
    said = _("works on %(package)s") if integration.built_in else _("no traffic on %(package)s")
    return said % {"package": PACKAGES[Package(package)]}


def price_of(resource: InterfaceResource) -> str | Promise:
    """Say what using a resource costs."""
    if resource.code == WITH_ATTACHMENT:
        return _("Charged per transaction when there is an attachment")
    return CHARGED if resource.per_transaction else INCLUDED


def asked_general(count: int) -> str:
    """Ask whether so many resources shall be allowed in the general rights."""
    return ngettext(
        "Allow %(count)d resource in the general access rights?",
        "Allow %(count)d resources in the general access rights?",
        count,
    ) % {"count": count}


def of_listed(allowed: int, total: int) -> str:
    """Return "2 of 3": how many listed integrations may use a resource, of how many that could."""
    return _("%(allowed)s of %(total)s") % {"allowed": allowed, "total": total}
