"""Answering what waits for review: read it anew, decide, save, record."""

from __future__ import annotations

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.reopening.reads import Review, waiting
from apps.resources.board import Board, Target
from apps.resources.rules import ResourceSet
from apps.rights.services import LEAVE, REOPEN, bring, subject_of


def reopen(access: CompanyAccess, target: Target, resources: ResourceSet) -> Review:
    """Allow again exactly these resources; return what waited. Raises as ``waiting``."""
    access.require(Capability.EDIT_RIGHTS)
    board = Board.locked(access)
    review = waiting(access, board, target, resources)
    bring(access, board, {review.integration: review.standing.allowed | resources}, REOPEN)
    return review


def leave(access: CompanyAccess, target: Target, resources: ResourceSet) -> Review:
    """Record that these stay blocked; return what waited. No right changes. Raises alike."""
    access.require(Capability.EDIT_RIGHTS)
    review = waiting(access, Board.locked(access), target, resources)
    record(access.scene, [Entry(LEAVE, *subject_of(review.integration), removed=bytes(resources))])
    return review
