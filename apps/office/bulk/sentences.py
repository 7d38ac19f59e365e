"""What an outcome is called, and what it means in detail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.office.bulk import texts
from apps.office.bulk.facts import Delta, Outcome
from apps.office.bulk.rules import State
from apps.resources.catalog.snapshot import Catalogue


def will(outcome: Outcome) -> str:
    """Say what will happen where an outcome is the same."""
    if outcome.refusal:
        return str(texts.STATES[State.REFUSED])
    if not outcome.deltas:
        return _("Already so, nothing changes")
    added = sum(len(delta.added) for delta in outcome.deltas)
    removed = sum(len(delta.removed) for delta in outcome.deltas)
    said = [texts.will_be_allowed(added)] if added else []
    said += [texts.will_be_blocked(removed)] if removed else []
    return ", ".join([*said, *_listings(outcome, silent=not said)]) or _(
        "What is not available any more is taken away"
    )


def _listings(outcome: Outcome, *, silent: bool) -> list[str]:
    listed = [delta.integration for delta in outcome.deltas if delta.lists]
    words = [{"who": integration.name} for integration in listed if integration]
    if silent:
        return [_("%(who)s will be listed with everything blocked") % who for who in words]
    return [_("%(who)s is listed") % who for who in words]


def which(delta: Delta, catalogue: Catalogue) -> list[str]:
    """Return the resources of one delta, in sentences."""
    who = delta.integration.name if delta.integration else str(texts.GENERAL)
    said = []
    if delta.added:
        named = texts.names(delta.added, catalogue)
        said.append(_("%(who)s, will be allowed: %(names)s") % {"who": who, "names": named})
    if delta.removed:
        named = texts.names(delta.removed, catalogue)
        said.append(_("%(who)s, will be blocked: %(names)s") % {"who": who, "names": named})
    return said
