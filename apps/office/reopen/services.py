"""Answering what waits for review: lock, read it anew, decide, save, record."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.office.reopen.facts import Review, reviews
from apps.resources.board import Board, Target
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.rules import ResourceSet
from apps.resources.services import LEAVE, REOPEN, bring, subject_of


class MovedOnError(Exception):
    """Not everything that was asked for waits for review any more."""


@dataclass(frozen=True)
class Asked:
    """Which resources of whose rights somebody answers, at least one."""

    catalogue: Catalogue
    target: Target
    resources: ResourceSet


@transaction.atomic
def reopen(access: CompanyAccess, asked: Asked) -> Review:
    """Allow again exactly what is asked for; return what waited.

    Raises PermissionDenied unless ``access`` may edit rights, and as ``find``, with nothing
    changed.
    """
    board = _locked(access)
    review = find(access, board, asked)
    allowed = review.standing.allowed | asked.resources
    bring(access, board, {review.standing.integration: allowed}, REOPEN)
    return review


@transaction.atomic
def leave(access: CompanyAccess, asked: Asked) -> Review:
    """Record that what is asked for stays blocked; return what waited. No right changes.

    Raises as ``reopen``.
    """
    review = find(access, _locked(access), asked)
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


def _locked(access: CompanyAccess) -> Board:
    if not access.may_edit_rights:
        raise PermissionDenied
    return Board.locked(access)
