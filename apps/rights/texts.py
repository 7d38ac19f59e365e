"""The words for signs, switches, refusals and changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.resources.board import Board
from apps.resources.models import Integration
from apps.resources.rules import Share, Sign, Verdict
from apps.rights.filters import Show
from apps.rights.services import Change


@dataclass(frozen=True)
class SignLook:
    """How a warning is drawn, and what it says."""

    icon: str
    look: str
    text: Promise


SOME_BLOCKED = gettext_lazy("Some resources are blocked")
SIGNS: Mapping[Sign, SignLook] = {
    Sign.CLOSED: SignLook("octagon", "icon-closed", gettext_lazy("All resources are blocked")),
    Sign.LACKING: SignLook("triangle", "icon-partly", SOME_BLOCKED),
    Sign.PARTLY: SignLook("triangle", "icon-limited", SOME_BLOCKED),
    Sign.LIMITED: SignLook(
        "triangle",
        "icon-limited",
        gettext_lazy("This integration has a limited set of resources and needs all of it"),
    ),
}
VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.ALLOWED: gettext_lazy("Allowed"),
    Verdict.NOT_AVAILABLE: gettext_lazy("Not available"),
    Verdict.BLOCKED_IN_GENERAL: gettext_lazy("Blocked in the general access rights"),
    Verdict.BLOCKED_FOR_INTEGRATION: gettext_lazy("Blocked for this integration"),
}
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
)
NOT_FOUND = gettext_lazy("No integration found. Check the access key with the vendor.")
TOO_MANY_TRIES = gettext_lazy("Too many searches by access key. Try again in five minutes.")
NOT_AVAILABLE = gettext_lazy("Nothing was changed: that resource is not available here.")
ALREADY_LISTED = gettext_lazy(
    "Nothing was changed: the integration has rights of its own by now. Check them below."
)

SOMEBODY_ELSE = gettext_lazy(
    "Somebody else changed these rights meanwhile; the page shows them as they are now."
)
MOVED_ON = gettext_lazy(
    "Nothing was undone: the rights were changed since. Check them and change them yourself."
)


def name_of(integration: Integration | None) -> str:
    """Return the integration's name, or that of the general access rights."""
    return integration.name if integration else _("General access rights")


def traffic(integrations: int, *, is_open: bool) -> str:
    """Say whether API traffic is open, and by how many listed integrations."""
    if not is_open:
        return _("API traffic is closed. Allowing any resource opens it.")
    if not integrations:
        return _("API traffic is open: general access rights only")
    return ngettext(
        "API traffic is open: %(count)d integration",
        "API traffic is open: %(count)d integrations",
        integrations,
    ) % {"count": integrations}


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
        return _("Nothing changed: API traffic is closed already.")
    lost = sum(len(standing.in_force) for standing in before.open)
    said = ngettext(
        "API traffic blocked: %(count)d integration lost %(resources)s.",
        "API traffic blocked: %(count)d integrations lost %(resources)s.",
        len(before.open),
    ) % {"count": len(before.open), "resources": resource_count(lost)}
    review = _("What was allowed can be reviewed and reopened.")
    general = len(before.general.in_force)
    if not general:
        return f"{said} {review}"
    also = _("General access rights lost %(resources)s.") % {"resources": resource_count(general)}
    return f"{said} {also} {review}"


def resource_count(count: int) -> str:
    """Return "27 resources"."""
    return ngettext("%(count)d resource", "%(count)d resources", count) % {"count": count}


def changed(change: Change, *, allow: bool) -> str:
    """Say what a change did, in one sentence."""
    count = len(change.changed)
    if count == 0 and change.newly_listed:
        sentence = _("%(who)s is listed with everything blocked.")
    elif count == 0:
        sentence = _("Nothing changed: it is so already for %(who)s.")
    elif count == 1:
        sentence = (
            _("%(what)s allowed for %(who)s.") if allow else _("%(what)s blocked for %(who)s.")
        )
    elif allow:
        sentence = _("%(count)d resources allowed for %(who)s.")
    else:
        sentence = _("%(count)d resources blocked for %(who)s.")
    return sentence % _words(change)


def undone(change: Change) -> str:
    """Say that a change was taken back."""
    if len(change.changed) == 1:
        return _("Undone: %(what)s is as before for %(who)s.") % _words(change)
    return ngettext(
        "Undone: %(count)d resource is as before for %(who)s.",
        "Undone: %(count)d resources are as before for %(who)s.",
        len(change.changed),
    ) % _words(change)


def _words(change: Change) -> dict[str, str | int]:
    resources = change.board.catalogue.of(change.changed)
    return {
        "who": name_of(change.integration),
        "count": len(resources),
        "what": resources[0].name if len(resources) == 1 else "",
    }
