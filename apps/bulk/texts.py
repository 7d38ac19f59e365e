"""The words of bulk changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy

from apps.bulk.models import BulkChange
from apps.bulk.rules import Action, Chosen, Delta, NoDraft, Outcome, Refusal, State
from apps.companies.texts import company_count
from apps.core.refusals import Reason
from apps.identifiers.texts import moment
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet
from apps.rights.texts import name_of

NAMED = 6
"""How many resources a sentence names before it only counts the others."""
ACTIONS = (
    (Action.ALLOW.value, gettext_lazy("Allow the resources")),
    (Action.BLOCK.value, gettext_lazy("Block the resources")),
    (
        Action.EXACT.value,
        gettext_lazy("Allow only these resources and block all others"),
    ),
    (
        Action.KEEP.value,
        gettext_lazy("Keep only these resources: block all others, allow nothing new"),
    ),
)
EVERYTHING_BLOCKED = ngettext_lazy(
    "Block all integrations and the general access rights in %(count)d company",
    "Block all integrations and the general access rights in %(count)d companies",
    "count",
)
HEADINGS: Mapping[Action, Promise] = {
    Action.ALLOW: ngettext_lazy(
        "Allow resources for %(who)s in %(count)d company",
        "Allow resources for %(who)s in %(count)d companies",
        "count",
    ),
    Action.BLOCK: ngettext_lazy(
        "Block resources for %(who)s in %(count)d company",
        "Block resources for %(who)s in %(count)d companies",
        "count",
    ),
    Action.EXACT: ngettext_lazy(
        "Set the rights of %(who)s in %(count)d company",
        "Set the rights of %(who)s in %(count)d companies",
        "count",
    ),
    Action.KEEP: ngettext_lazy(
        "Keep only the chosen resources for %(who)s in %(count)d company",
        "Keep only the chosen resources for %(who)s in %(count)d companies",
        "count",
    ),
    Action.PUT_BACK: ngettext_lazy(
        "Undo the change for %(who)s in %(count)d company",
        "Undo the change for %(who)s in %(count)d companies",
        "count",
    ),
}
"""What is wanted, of somebody in so many companies."""
BUTTONS: Mapping[Action, Promise] = {
    Action.ALLOW: ngettext_lazy(
        "Allow in %(count)d company", "Allow in %(count)d companies", "count"
    ),
    Action.BLOCK: ngettext_lazy(
        "Block in %(count)d company", "Block in %(count)d companies", "count"
    ),
    Action.EXACT: ngettext_lazy(
        "Set the rights in %(count)d company", "Set the rights in %(count)d companies", "count"
    ),
    Action.KEEP: ngettext_lazy(
        "Keep only these in %(count)d company",
        "Keep only these in %(count)d companies",
        "count",
    ),
    Action.PUT_BACK: ngettext_lazy(
        "Undo in %(count)d company", "Undo in %(count)d companies", "count"
    ),
}
CHOSEN = (
    (Chosen.NEEDED.value, gettext_lazy("The resources that the integration needs")),
    (Chosen.ALL.value, gettext_lazy("All resources")),
    (Chosen.SECTION.value, gettext_lazy("One section")),
    (Chosen.SINGLE.value, gettext_lazy("Single resources")),
    (Chosen.LIKE.value, gettext_lazy("The same resources as in another company")),
)
REFUSALS: Mapping[Refusal, Promise] = {
    Refusal.NO_RIGHT: gettext_lazy(
        "In that company you need the role TPK and the right Interface resources: edit, and both must be valid."
    ),
    Refusal.NOT_KNOWN: gettext_lazy(
        "The integration is not known in that company. A custom integration must first be found there with its access key."
    ),
    Refusal.MOVED_ON: gettext_lazy(
        "The rights have been changed since then. They are left as they are."
    ),
    Refusal.FAILED: gettext_lazy(
        "There was an error in this company. Nothing was changed. Try again."
    ),
}
STATES: Mapping[State, Promise] = {
    State.DONE: pgettext_lazy("companies", "Done"),
    State.UNCHANGED: pgettext_lazy("companies", "Already set this way"),
    State.REFUSED: pgettext_lazy("companies", "Refused"),
    State.WAITING: pgettext_lazy("companies", "Waiting"),
    State.LEFT_OUT: pgettext_lazy("companies", "Left out"),
}
NO_TRAFFIC = (
    gettext_lazy("The service package does not include API traffic: %(who)s"),
    gettext_lazy("You can prepare the rights now. Change the package in Netvisor Store."),
)
LOSES_GENERAL = (
    gettext_lazy("General access rights will no longer apply: %(who)s"),
    gettext_lazy(
        "Resources that the general access rights allow now will be blocked in these companies."
    ),
)
STAYS_LISTED = (
    gettext_lazy("Stays in the list, so the general access rights will not apply again: %(who)s"),
    gettext_lazy("Before the bulk change, the general access rights applied in these companies."),
)
BLOCKS = (
    gettext_lazy("Resources that are allowed now will be blocked: %(who)s"),
    gettext_lazy("Connections that use these resources will stop working."),
)
NO_REASON = gettext_lazy("Give a reason.")
NONE_FOUND = gettext_lazy("No company found. Change your search and press Preview again.")
NOT_SERVED = gettext_lazy("They are no longer your client companies.")
EMPTY_LIKE = gettext_lazy("Nothing is allowed in that company, so there is nothing to copy.")
TOO_MANY_IDS = gettext_lazy("Too many companies: at most 10,000 at a time.")
EVERYWHERE = gettext_lazy("All integrations and the general access rights")
NOT_BLOCKED = gettext_lazy("When you choose all integrations, you can only block.")
NO_NEEDS = gettext_lazy(
    "We don't know what the integration needs. Choose the resources another way."
)
TWO_CHOICES = gettext_lazy(
    "You have filled in a field that belongs to another option. Choose that option or clear the field."
)
PICK_SECTION = gettext_lazy("Choose a section.")
PICK_RESOURCES = gettext_lazy("Choose at least one resource.")
PICK_COMPANY = gettext_lazy(
    "Enter the name or business ID of a client company whose rights you can see."
)
NO_LISTING = gettext_lazy("That company has no rights of its own for the integration.")
NOT_AVAILABLE = gettext_lazy("None of these resources is available to the integration.")
REFUSED: Mapping[Reason, Promise] = {
    NoDraft.STALE: gettext_lazy(
        "Your new search finds these companies. Check them and press Preview again."
    ),
    NoDraft.NO_COMPANIES: gettext_lazy("Choose at least one company."),
    NoDraft.NOTHING_DONE: gettext_lazy(
        "The change did not change any company, so there is nothing to undo."
    ),
}
"""Why nothing was drafted; REFUSALS say why one company was not changed."""


def target(change: BulkChange) -> str:
    """Return whose rights a change is about."""
    if change.everywhere:
        return str(EVERYWHERE)
    return name_of(change.integration)


def will_be_allowed(count: int) -> str:
    """Return "3 resources will be allowed"."""
    return ngettext(
        "%(count)d resource will be allowed", "%(count)d resources will be allowed", count
    ) % {"count": count}


def will_be_blocked(count: int) -> str:
    """Return "3 resources will be blocked"."""
    return ngettext(
        "%(count)d resource will be blocked", "%(count)d resources will be blocked", count
    ) % {"count": count}


def progress(ended: int, total: int) -> str:
    """Return "27 of 38 companies"."""
    words = {"ended": ended, "count": total}
    return (
        ngettext("%(ended)d of %(count)d company", "%(ended)d of %(count)d companies", total)
        % words
    )


def time_left(seconds: float) -> str:
    """Return "About 2 minutes left"."""
    if seconds <= 10:
        return _("A few seconds left")
    if seconds < 60:
        return _("Less than a minute left")
    minutes = ceil(seconds / 60)
    return ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes) % {
        "count": minutes
    }


def waits(*, begun: bool) -> str:
    """Say that nobody goes on with a change at the moment."""
    return _("Waiting to continue") if begun else _("Waiting to be started")


def heading(change: BulkChange, count: int) -> str:
    """Return what is wanted, in one line."""
    words = {"who": target(change), "count": count}
    if change.everywhere and change.action == Action.BLOCK:
        return str(EVERYTHING_BLOCKED % words)
    return str(HEADINGS[Action(change.action)] % words)


def chosen(change: BulkChange, catalogue: Catalogue) -> str:
    """Return which resources a change is about."""
    if change.action == Action.PUT_BACK:
        return _(
            "Everything that the earlier bulk change changed. Integrations that it added to a list"
            " stay there, so the general access rights no longer apply to them."
        )
    named = names(change.resources, catalogue)
    if change.chosen == Chosen.ALL:
        return _("All resources")
    if change.chosen == Chosen.NEEDED:
        return _needed(len(change.resources & catalogue.live), named)
    if change.chosen == Chosen.LIKE and change.like:
        return _("The same as in %(company)s: %(names)s") % {
            "company": change.like.name,
            "names": named,
        }
    return named


def _needed(count: int, named: str) -> str:
    return ngettext("The one it needs: %(names)s", "The %(count)d it needs: %(names)s", count) % {
        "count": count,
        "names": named,
    }


def companies(count: int, left_out: int, *, of_all: bool) -> str:
    """Say in how many companies it is made, or of all those found, and how many were left out."""
    if not left_out:
        return all_matching(count) if of_all else company_count(count)
    if of_all:
        words = {"count": count + left_out, "left_out": left_out}
        return _("All %(count)d found, %(left_out)d left out") % words
    said = ngettext(
        "%(count)d company, %(left_out)d left out",
        "%(count)d companies, %(left_out)d left out",
        count,
    )
    return said % {"count": count, "left_out": left_out}


def names(resources: ResourceSet, catalogue: Catalogue) -> str:
    """Return the names of some resources, of many only the first and how many others."""
    found = catalogue.of(resources & catalogue.live)
    if not found:
        return _("none")
    if len(found) <= NAMED + 1:
        return ", ".join(one.name for one in found)
    rest = len(found) - NAMED
    others = ngettext("%(count)d other", "%(count)d others", rest) % {"count": rest}
    return f"{', '.join(one.name for one in found[:NAMED])}, {others}"


START_TICKED = gettext_lazy("Start without the companies that are not ticked")


def button(change: BulkChange, count: int, *, losing: bool) -> str:
    """Return the words of the button that starts a draft.

    They count nothing while companies that would lose calls are still to be ticked.
    """
    if losing:
        return str(START_TICKED)
    return str(BUTTONS[Action(change.action)] % {"count": count})


def out_of_reach(count: int) -> str:
    """Say how many companies are no clients any more; nothing if there is none."""
    if not count:
        return ""
    return ngettext(
        "%(count)d company is not changed, because it is no longer your client company.",
        "%(count)d companies are not changed, because they are no longer your client companies.",
        count,
    ) % {"count": count}


def way_back(change: BulkChange) -> str:
    """Return the words of the way from the preview to where it was put together."""
    return _("Back") if change.puts_back_id else _("Change the selection")


def said(change: BulkChange) -> str:
    """Say when a change was started, and when it ended or was stopped."""
    started = _("Started %(when)s.") % {"when": _when(change.started_at)}
    if change.ended_at:
        return started + " " + _("Ended %(when)s.") % {"when": _when(change.ended_at)}
    if change.stopped_at:
        return started + " " + _("Stopped %(when)s.") % {"when": _when(change.stopped_at)}
    return started


def _when(at: datetime | None) -> str:
    return moment(at) if at else ""


def columns() -> list[str]:
    """Return the heads of the file of a change."""
    return [_("Company"), _("Business ID"), _("Result"), _("Reason")]


def chosen_of(count: str, total: int) -> str:
    """Return "38 of 40 chosen"."""
    return _("%(count)s of %(total)d chosen") % {"count": count, "total": total}


def undone(reason: str, most: int) -> str:
    """Return the reason for undoing a change, as it is proposed: at most so many signs."""
    return (_("Undone: %(reason)s") % {"reason": reason})[:most]


def only_ticked(count: int) -> str:
    """Return "The ticked ones of the 100 shown"."""
    return _("The ticked ones of the %(count)d shown") % {"count": count}


def all_matching(count: int) -> str:
    """Return "All 240 that match"."""
    return _("All %(count)d found") % {"count": count}


def resume(*, waiting: int, refused: int) -> str:
    """Return the words of the button that runs what is left; empty if nothing is."""
    if waiting:
        return _("Continue with the remaining %(count)d") % {"count": waiting + refused}
    if refused:
        return _("Retry the refused ones (%(count)d)") % {"count": refused}
    return ""


def will(outcome: Outcome, catalogue: Catalogue) -> str:
    """Say what will happen where an outcome is the same; a single resource by its name."""
    if outcome.refusal:
        return str(STATES[State.REFUSED])
    if not outcome.deltas:
        return _("Already set this way, no change")
    added = [delta.added for delta in outcome.deltas]
    removed = [delta.removed for delta in outcome.deltas]
    said = []
    for sets, words in ((added, will_be_allowed), (removed, will_be_blocked)):
        if count := sum(map(len, sets)):
            [first, *others] = [resource for one in sets for resource in catalogue.of(one)]
            said.append(words(count) if others else f"{words(count)}: {first.name}")
    listed = _listed(outcome, silent=not said)
    return ", ".join([*said, *listed]) or _("Resources that are no longer available are removed")


def details(outcome: Outcome, catalogue: Catalogue) -> list[str]:
    """Return the resources of each integration, in sentences, or why nothing will happen."""
    if outcome.refusal:
        return [str(REFUSALS[outcome.refusal])]
    return [line for delta in outcome.deltas for line in _which(delta, catalogue)]


def _listed(outcome: Outcome, *, silent: bool) -> list[str]:
    listed = [delta.integration for delta in outcome.deltas if delta.lists]
    words = [{"who": integration.name} for integration in listed if integration]
    if silent:
        return [
            _("%(who)s will be added to the list with everything blocked") % who for who in words
        ]
    return [_("%(who)s will be added to the list") % who for who in words]


def _which(delta: Delta, catalogue: Catalogue) -> list[str]:
    """Return the resources of one delta, in sentences."""
    who = name_of(delta.integration)
    said = []
    if delta.added:
        named = names(delta.added, catalogue)
        said.append(_("%(who)s, to be allowed: %(names)s") % {"who": who, "names": named})
    if delta.removed:
        named = names(delta.removed, catalogue)
        said.append(_("%(who)s, to be blocked: %(names)s") % {"who": who, "names": named})
    return said
