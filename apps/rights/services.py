"""Changing rights: decide, save, record. Nothing else writes a listing.

All is called with an ``access`` that holds the lock of the company (``company_change``), so inside
a transaction; without it, or without the right to edit rights, PermissionDenied is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.db.models import BigIntegerField
from django.db.models.functions import Coalesce

from apps.audit.models import AuditEvent
from apps.audit.services import Entry, RecordedUpdate, record
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.statements import Update, given
from apps.resources.board import Board, Standing, Target
from apps.resources.catalog.snapshot import Catalogue
from apps.resources.fields import ResourceSetField
from apps.resources.models import Integration, Listing
from apps.resources.rules import NOTHING, ResourceSet, Scope, Wish, granted, reach

CLOSE = "rights:close"
"""The verb of blocking all API traffic, which is reviewed and reopened, never undone."""
REOPEN = "rights:reopen"
"""The verb of allowing again what such a block took away."""
LEAVE = "rights:leave"
"""The verb of leaving it blocked: ``removed`` says what stays so; no right changes, so that it
stands in no change's way."""
UNDO = "rights:undo"
"""The verb of taking back the last change of somebody's rights."""

GENERAL = 0
"""Stands for the general access rights where integrations have their numbers."""
ALLOW = RecordedUpdate(
    Update(
        lambda: (
            Listing.objects.of_company(given("company", BigIntegerField()))
            .alias(whose=Coalesce("integration", GENERAL))
            .filter(whose=given("whose", BigIntegerField()))
        ),
        allowed=given("allowed", ResourceSetField()),
    )
)


@dataclass(frozen=True)
class Change:
    """What a call did: ``within`` is what it was about, ``board`` the company's rights now."""

    board: Board
    integration: Integration | None
    within: ResourceSet
    changed: ResourceSet
    before: Standing
    newly_listed: bool = False
    event_id: int | None = None

    @property
    def opened_or_closed(self) -> bool:
        """Whether something is in force now and nothing was before, or the other way round."""
        return bool(self.board.of(self.integration).in_force) is not bool(self.before.in_force)


class AlreadyListedError(Exception):
    """The integration was listed meanwhile, so the general rights apply to it no more."""


class MovedOnError(Exception):
    """The rights were changed since, so the change cannot be taken back exactly."""


class NotAvailableError(Exception):
    """Nothing that was asked for is available to the integration."""


def set_rights(
    *, access: CompanyAccess, target: Target, wanted: Callable[[Catalogue], Wish]
) -> Change:
    """Bring one integration's rights (or the general ones) to the wanted state.

    One resource, a section and a whole integration are the same call with a larger set. The
    first call for an integration lists it, a block too; a call that finds its state reached
    records nothing. ``wanted`` makes the wish of the catalogue as it is once the company is
    locked, and may raise. Raises Integration.DoesNotExist for a target that the person may not
    know of, NotAvailableError when nothing of the wish is available, and AlreadyListedError when
    the general rights were asked for and the integration has its own by now.
    """
    board = Board.locked(access)
    integration = target.pick(access, board)
    standing = board.of(integration)
    wish = wanted(board.catalogue)
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
    verb = "rights:allow" if wish.allow else "rights:block"
    return _save(access, board, integration, allowed, verb, within)


def undo(*, access: CompanyAccess, target: Target, event_id: int) -> Change:
    """Take back one change of one integration's rights (or the general ones), exactly.

    An ordinary change with its own event; it never unlists. Raises MovedOnError, with nothing
    changed, when the rights of the integration were changed since or when what was allowed
    cannot be allowed any more; AuditEvent.DoesNotExist unless the event is a change of these
    rights (a block of all traffic is reviewed, not undone).
    """
    board = Board.locked(access)
    integration = target.pick(access, board)
    standing = board.of(integration)
    kind, pk, _name = subject_of(integration)
    of_rights = AuditEvent.objects.of_company(access.company.pk).of_rights()
    events = of_rights.filter(subject_kind=kind, subject_id=pk).exclude(verb=LEAVE)
    event = events.exclude(verb=CLOSE).get(pk=event_id)
    added, removed = map(ResourceSet.from_column, (event.added, event.removed))
    if events.filter(pk__gt=event_id).exists() or removed - standing.usable:
        raise MovedOnError
    former = standing.allowed - added | removed
    return _save(access, board, integration, former, UNDO, added | removed)


def block_traffic(*, access: CompanyAccess) -> Board:
    """Block everything for every listing of the company, general rights included, at once.

    Returns the board as it was before. Nobody is unlisted; the events share one bulk id.
    """
    board = Board.locked(access)
    bulk_id = uuid4()
    entries = [
        _entry(standing.integration, CLOSE, NOTHING, standing.allowed, bulk_id=bulk_id)
        for standing in board.all
        if standing.allowed
    ]
    if entries:
        Listing.objects.visible_to(access).update(allowed=NOTHING)
        record(access.scene, entries)
    return board


def bring(
    access: CompanyAccess,
    board: Board,
    wanted: Mapping[Integration | None, ResourceSet],
    verb: str,
    **more: object,
) -> list[AuditEvent]:
    """Write the rights that some integrations of a company shall have, with one event for each.

    For callers that have read the company's ``board`` under its lock and decided what is
    wanted. ``more`` goes into the events: ``bulk_id``, ``reason``.
    """
    access.require(Capability.EDIT_RIGHTS)
    return [
        _store(access, board.of(integration), allowed, verb, **more)
        for integration, allowed in wanted.items()
    ]


def subject_of(integration: Integration | None) -> tuple[str, int | None, str]:
    """Return whose rights an audit event is about: its kind, number and name."""
    if integration is None:
        return "general", None, "General access rights"
    return "integration", integration.pk, integration.name_en


def _save(
    access: CompanyAccess,
    board: Board,
    integration: Integration | None,
    allowed: ResourceSet,
    verb: str,
    within: ResourceSet,
) -> Change:
    standing = board.of(integration)
    added, removed = allowed - standing.allowed, standing.allowed - allowed
    newly_listed = integration is not None and not standing.listed
    if not (added or removed or newly_listed):
        return Change(board, integration, within, NOTHING, standing)
    [event] = bring(access, board, {integration: allowed}, verb)
    board = board.having(integration, allowed)
    changed = (added | removed) & standing.usable
    return Change(board, integration, within, changed, standing, newly_listed, event.pk)


def _store(
    access: CompanyAccess, standing: Standing, allowed: ResourceSet, verb: str, **more: object
) -> AuditEvent:
    integration = standing.integration
    newly_listed = integration is not None and not standing.listed
    added, removed = allowed - standing.allowed, standing.allowed - allowed
    entry = _entry(integration, verb, added, removed, listed=newly_listed, **more)
    if standing.listed:
        scene, whose = access.scene, standing.subject or GENERAL
        return ALLOW.run(scene, entry, company=access.company.pk, whose=whose, allowed=allowed)
    access.company.listings.create(integration=integration, allowed=allowed)
    [event] = record(access.scene, [entry])
    return event


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
        verb,
        *subject_of(integration),
        added=bytes(added),
        removed=bytes(removed),
        after={"listed": True} if listed else None,
        **more,  # type: ignore[arg-type]
    )
