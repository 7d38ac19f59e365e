"""Answering what waits for review: read it anew, decide, save, record."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from apps.companies.access import CompanyAccess
from apps.reopening.reads import Answered, Wanted, several, waiting
from apps.resources import reads as resources
from apps.resources.rules import ResourceSet, Standing, Target
from apps.rights.rules import REOPEN
from apps.rights.services import bring, leave_blocked


def reopen(access: CompanyAccess, target: Target, asked: ResourceSet) -> Standing:
    """Allow again exactly these resources; return what waited. Raises as ``waiting``."""
    _catalogue, board = resources.locked_board(access)
    standing = waiting(access, board, target, asked)
    bring(access, {standing: standing.bringing(standing.allowed | asked)}, REOPEN)
    return standing


def reopen_several(access: CompanyAccess, wanted: Iterable[Wanted]) -> Answered:
    """Allow all of them again at once; return what was. Raises as ``waiting``.

    The events share one number, as those of the block do.
    """
    _catalogue, board = resources.locked_board(access)
    found = several(access, board, wanted)
    stored = {one: one.bringing(one.allowed | asked) for one, asked in found.items()}
    bring(access, stored, REOPEN, bulk_id=uuid4())
    return found


def leave(access: CompanyAccess, target: Target, asked: ResourceSet) -> Standing:
    """Record that these stay blocked; return what waited. No right changes. Raises alike."""
    _catalogue, board = resources.locked_board(access)
    standing = waiting(access, board, target, asked)
    leave_blocked(access, standing, asked)
    return standing
