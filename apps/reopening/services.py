"""Answering what waits for review: read it anew, decide, save, record.

Like every change of rights these are called with an ``access`` that holds the company's lock.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.reopening.facts import Review, reviews
from apps.resources.board import Board, Target
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet
from apps.rights.services import LEAVE, REOPEN, bring, subject_of


class MovedOnError(Exception):
    """Not everything that was asked for waits for review any more."""


@dataclass(frozen=True)
class Asked:
    """Which resources of whose rights somebody answers, at least one."""

    catalogue: Catalogue
    target: Target
    resources: ResourceSet


def reopen(access: CompanyAccess, asked: Asked) -> Review:
    """Allow again exactly what is asked for; return what waited.

    Raises PermissionDenied unless ``access`` may write rights, and as ``find``, with nothing
    changed.
    """
    board = Board.locked(access)
    review = find(access, board, asked)
    allowed = review.standing.allowed | asked.resources
    bring(access, board, {review.standing.integration: allowed}, REOPEN)
    return review


def leave(access: CompanyAccess, asked: Asked) -> Review:
    """Record that what is asked for stays blocked; return what waited. No right changes.

    Raises as ``reopen``.
    """
    review = find(access, Board.locked(access), asked)
    subject = subject_of(review.standing.integration)
    record(access.scene, [Entry(LEAVE, *subject, removed=bytes(asked.resources))])
    return review


def find(access: CompanyAccess, board: Board, asked: Asked) -> Review:
    """Return what waits where something is asked for.

    Raises Integration.DoesNotExist for an integration that the person may not know of, and
    MovedOnError unless every resource that is asked for waits.
    """
    integration = asked.target.pick(access, board)
    for review in reviews(access, board):
        if review.standing.integration == integration and not asked.resources - review.items:
            return review
    raise MovedOnError
