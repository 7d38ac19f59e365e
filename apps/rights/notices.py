"""What a picked integration's page says above its rights."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.resources.board import Standing
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet


@dataclass(frozen=True)
class Notice:
    """Some sentences, and where the last of them comes from."""

    sentences: tuple[str, ...]
    source: str
    warns: bool
    tall: bool


def about(
    standing: Standing, *, needed: ResourceSet, general: ResourceSet, newly_listed: bool
) -> Notice | None:
    """Return what to know about an integration's rights; nothing if there is nothing to say.

    Before it is listed and just after, the notice has the same height, so that no row moves.
    """
    sentences = []
    if not standing.listed:
        sentences.append(
            _(
                "General access rights apply: %(allowed)d of %(total)d allowed. "
                "After its first own right or restriction, only its own count."
            )
            % {"allowed": len(general), "total": len(standing.usable)}
        )
    elif newly_listed:
        sentences.append(_("From here on only its own rights count."))
    lacking = needed - standing.in_force
    if needed:
        sentences.append(_needs(len(needed), len(lacking), listed=standing.listed))
    if not sentences:
        return None
    tall = newly_listed or not standing.listed
    source = source_of(standing.integration) if needed and not tall else ""
    return Notice(tuple(sentences), source, warns=bool(lacking) and not tall, tall=tall)


def _needs(count: int, lacking: int, *, listed: bool) -> str:
    words = {"count": count, "lacking": lacking}
    if not listed:
        return (
            ngettext("It needs %(count)d resource.", "It needs %(count)d resources.", count) % words
        )
    if not lacking:
        return (
            ngettext(
                "The resource it needs is allowed.",
                "All %(count)d resources it needs are allowed.",
                count,
            )
            % words
        )
    return (
        ngettext(
            "%(lacking)d of the %(count)d resource it needs is blocked.",
            "%(lacking)d of the %(count)d resources it needs are blocked.",
            count,
        )
        % words
    )


def source_of(integration: Integration | None) -> str:
    """Say how we know what an integration needs."""
    if integration and integration.needs_source == Integration.NeedsSource.DOCUMENTED:
        return _("Needs as documented by the vendor or Netvisor.")
    return _("Needs by our estimate.")
