"""What of a client company needs attention, and why none is founded: no database.

Source: the help articles "Rights of interface resources" and "API identifiers".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from apps.companies.rules import includes_interface
from apps.core.refusals import Kind, Reason
from apps.resources.rules import Sign

if TYPE_CHECKING:
    from apps.resources.rules import Board, Standing


class Need(StrEnum):
    """Something in a company that somebody should look at."""

    CLOSED = "closed"
    LACKING = "lacking"
    GENERAL = "general"
    PACKAGE = "package"
    OWNER = "owner"
    ENDING = "ending"
    REFUSED = "refused"
    SILENT = "silent"
    UNUSED = "unused"


BEYOND = "beyond"
"""What is asked for beside the needs: where more is allowed than a documented need."""


class NotFounded(Reason):
    """Why no company is founded."""

    ALREADY_KNOWN = "already_known", Kind.MISTAKE
    ALREADY_CLIENT = "already_client", Kind.MISTAKE


SIGNED = {Sign.CLOSED: Need.CLOSED, Sign.LACKING: Need.LACKING}
"""The needs that the rights page warns of."""


def needs_of(standing: Standing, *, carried: bool) -> frozenset[Need]:
    """Return what one listing, or the general access rights, need.

    ``carried`` says whether the company's package carries the traffic of every integration;
    that of a built-in one is always carried.
    """
    integration, needs = standing.integration, set()
    if standing.sign in SIGNED:
        needs.add(SIGNED[standing.sign])
    if integration is None and standing.in_force:
        needs.add(Need.GENERAL)
    if standing.in_force and not (carried or (integration and integration.built_in)):
        needs.add(Need.PACKAGE)
    return frozenset(needs)


def needing(board: Board, package: str) -> Mapping[Need, list[Standing]]:
    """Return the rights of a company on some package that need something, by what they need."""
    found: dict[Need, list[Standing]] = {need: [] for need in Need}
    for standing in board.all:
        for need in needs_of(standing, carried=includes_interface(package)):
            found[need].append(standing)
    return found
