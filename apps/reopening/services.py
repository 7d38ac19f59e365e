"""Answering what waits for review: read it anew, decide, save, record."""

from __future__ import annotations

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.reopening.reads import waiting
from apps.resources import reads as resources
from apps.resources.rules import ResourceSet, Target
from apps.rights.reads import Review
from apps.rights.rules import LEAVE, REOPEN
from apps.rights.services import bring, subject_of


def reopen(access: CompanyAccess, target: Target, asked: ResourceSet) -> Review:
    """Allow again exactly these resources; return what waited. Raises as ``waiting``."""
    _catalogue, board = resources.locked_board(access)
    review = waiting(access, board, target, asked)
    bring(access, {review.standing: review.standing.allowed | asked}, REOPEN)
    return review


def leave(access: CompanyAccess, target: Target, asked: ResourceSet) -> Review:
    """Record that these stay blocked; return what waited. No right changes. Raises alike."""
    _catalogue, board = resources.locked_board(access)
    review = waiting(access, board, target, asked)
    record(access.scene, [Entry(LEAVE, *subject_of(review.integration), removed=bytes(asked))])
    return review
