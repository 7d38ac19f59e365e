"""Changing rights: lock, decide, save, record. Nothing else writes a listing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.resources.board import Board, Target
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.rules import NOTHING, ResourceSet, Scope, Wish, granted, reach


@dataclass(frozen=True)
class Change:
    """What a call did: ``within`` is what it was about, ``board`` the company's rights now."""

    board: Board
    integration: Integration | None
    within: ResourceSet
    changed: ResourceSet
    newly_listed: bool


class AlreadyListedError(Exception):
    """The integration was listed meanwhile, so the general rights apply to it no more."""


class NotAvailableError(Exception):
    """Nothing that was asked for is available to the integration."""


@transaction.atomic
def set_rights(
    *, access: CompanyAccess, catalogue: Catalogue, target: Target, wish: Wish
) -> Change:
    """Bring one integration's rights (or the general ones) to the wanted state.

    One resource, a section and a whole integration are the same call with a larger set. The
    first call for an integration lists it, a block too; a call that finds its state reached
    records nothing. Raises PermissionDenied unless ``access`` may edit rights,
    Integration.DoesNotExist for a target that it may not know of, NotAvailableError when
    nothing of the wish is available, and AlreadyListedError when the general rights were asked
    for and the integration has its own by now.
    """
    if not access.may_edit_rights:
        raise PermissionDenied
    board = Board(Listing.objects.locked(access), catalogue)
    integration = target.pick(access, board)
    standing = board.of(integration)
    if wish.scope is Scope.GENERAL and standing.listed:
        raise AlreadyListedError
    within = reach(
        wish,
        needed=integration.needed if integration else NOTHING,
        general=board.general.in_force,
    )
    if not within & standing.usable:
        raise NotAvailableError
    allowed = granted(wish, allowed=standing.allowed, within=within, usable=standing.usable)
    added, removed = allowed - standing.allowed, standing.allowed - allowed
    newly_listed = integration is not None and not standing.listed
    if added or removed or newly_listed:
        listing = standing.listing or Listing(company=access.company, integration=integration)
        listing.allowed = allowed
        listing.save()
        verb = "rights:allow" if wish.allow else "rights:block"
        record(access.scene, [_entry(integration, verb, added, removed, listed=newly_listed)])
        board = board.with_listing(listing)
    return Change(board, integration, within, added | removed, newly_listed)


@transaction.atomic
def block_traffic(*, access: CompanyAccess, catalogue: Catalogue) -> Board:
    """Block everything for every listing of the company, general rights included, at once.

    Returns the board as it was before. Nobody is unlisted; the events share one bulk id.
    Raises PermissionDenied unless ``access`` may edit rights.
    """
    if not access.may_edit_rights:
        raise PermissionDenied
    board = Board(Listing.objects.locked(access), catalogue)
    bulk_id = uuid4()
    entries = [
        _entry(standing.integration, "rights:block", NOTHING, standing.allowed, bulk_id=bulk_id)
        for standing in [board.general, *board.listed]
        if standing.allowed
    ]
    if entries:
        Listing.objects.visible_to(access).update(allowed=NOTHING)
        record(access.scene, entries)
    return board


def _entry(
    integration: Integration | None,
    verb: str,
    added: ResourceSet,
    removed: ResourceSet,
    *,
    listed: bool = False,
    **more: object,
) -> Entry:
    return Entry(
        verb=verb,
        subject_kind="integration" if integration else "general",
        subject_id=integration.pk if integration else None,
        subject=integration.name_en if integration else "General access rights",
        added=bytes(added),
        removed=bytes(removed),
        after={"listed": True} if listed else None,
        **more,  # type: ignore[arg-type]
    )
