"""What an outcome is called, and what it means in detail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.bulk import texts
from apps.bulk.facts import Delta, Outcome
from apps.bulk.rules import State
from apps.resources.catalogue import Catalogue
from apps.rights.texts import name_of

CHANGES = ("added", "removed")
"""What a delta does to what is in force."""


def will(outcome: Outcome, catalogue: Catalogue) -> str:
    """Say what will happen where an outcome is the same; a single resource by its name."""
    if outcome.refusal:
        return str(texts.STATES[State.REFUSED])
    if not outcome.deltas:
        return _("Already so, nothing changes")
    added, removed = ([getattr(delta, name) for delta in outcome.deltas] for name in CHANGES)
    said = []
    for sets, words in ((added, texts.will_be_allowed), (removed, texts.will_be_blocked)):
        if count := sum(map(len, sets)):
            [name, *others] = [resource.name for one in sets for resource in catalogue.of(one)]
            said.append(words(count) if others else f"{words(count)}: {name}")
    listings = _listings(outcome, silent=not said)
    return ", ".join([*said, *listings]) or _("What is not available any more is taken away")


def details(outcome: Outcome, catalogue: Catalogue) -> list[str]:
    """Return the resources of each integration, in sentences."""
    return [line for delta in outcome.deltas for line in which(delta, catalogue)]


def _listings(outcome: Outcome, *, silent: bool) -> list[str]:
    listed = [delta.integration for delta in outcome.deltas if delta.lists]
    words = [{"who": integration.name} for integration in listed if integration]
    if silent:
        return [_("%(who)s will be listed with everything blocked") % who for who in words]
    return [_("%(who)s is listed") % who for who in words]


def which(delta: Delta, catalogue: Catalogue) -> list[str]:
    """Return the resources of one delta, in sentences."""
    who = name_of(delta.integration)
    said = []
    if delta.added:
        named = texts.names(delta.added, catalogue)
        said.append(_("%(who)s, will be allowed: %(names)s") % {"who": who, "names": named})
    if delta.removed:
        named = texts.names(delta.removed, catalogue)
        said.append(_("%(who)s, will be blocked: %(names)s") % {"who": who, "names": named})
    return said
