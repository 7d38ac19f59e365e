"""Changing rights: decide, save, record. Nothing else writes a listing.

All is called with an ``access`` that holds the lock of the company (``company_change``), so inside
a transaction; without it, or without the right to edit rights, PermissionDenied is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.audit.services import Entry, record, record_all
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core.refusals import Refused
from apps.resources import reads
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, Listing
from apps.resources.rules import EVERYTHING, Board, ResourceSet, Review, Standing, Stored, Target
from apps.rights.rules import (
    CLOSE,
    LEAVE,
    REVIEW,
    UNDO,
    Refusal,
    Scope,
    Wish,
    answered,
    granted,
    reach,
)

Wanted = Mapping[Standing, Stored]
"""What some integrations of a company shall have, by how they stand."""

COLUMNS = ["allowed", "waiting", "left_blocked", "lately", "last_allowed_on"]
"""What a change of rights writes in a listing."""


@dataclass(frozen=True)
class Change:
    """What a call did: ``within`` is what it was about, ``board`` the company's rights now.

    ``stays_listed`` says that it took back what had added the integration to the list.
    """

    catalogue: Catalogue
    board: Board
    before: Standing
    within: ResourceSet
    allows: bool = False
    event_id: int | None = None
    stays_listed: bool = False

    @property
    def integration(self) -> Integration | None:
        """Whose rights they are."""
        return self.before.integration

    @property
    def now(self) -> Standing:
        """The rights as they are now."""
        return self.board.of(self.integration)

    @property
    def earlier(self) -> Board:
        """The company's rights before it."""
        whose, before = self.before.subject, self.before.stored
        rest = {pk: stored for pk, stored in self.board.stored.items() if pk != whose}
        return replace(self.board, stored=rest if before is None else {**rest, whose: before})

    @property
    def blocks_several(self) -> bool:
        """Whether it blocked more than one resource at once."""
        return not self.allows and len(self.changed) > 1

    @property
    def changed(self) -> ResourceSet:
        """The resources that are allowed or blocked by it, and count."""
        return self.now.in_force ^ self.before.in_force

    @property
    def about(self) -> tuple[Integration | None, ResourceSet, Catalogue]:
        """Whose rights it changed and which, with their catalogue: what a sentence names."""
        return self.integration, self.changed, self.catalogue

    @property
    def is_whole(self) -> bool:
        """Whether all of an integration was asked for, by its big switch."""
        return self.integration is not None and self.within == EVERYTHING

    @property
    def ends_allowed(self) -> bool:
        """Whether all that it changed is allowed now."""
        return self.changed <= self.now.in_force

    @property
    def newly_listed(self) -> bool:
        """Whether the integration has rights of its own since."""
        return self.integration is not None and self.now.listed and not self.before.listed

    @property
    def tells_traffic(self) -> bool:
        """Whether what is said of all API traffic changed.

        That is who has something in force, how much the general rights open, and what waits.
        """
        opened = bool(self.now.in_force) is not bool(self.before.in_force)
        in_general = self.integration is None and bool(self.changed)
        return opened or in_general or self.now.offered != self.before.offered


def set_rights(
    access: CompanyAccess, target: Target, wanted: Callable[[Catalogue], Wish]
) -> Change:
    """Bring one integration's rights (or the general ones) to the wanted state.

    One resource, a section and a whole integration are the same call with a larger set. The
    first call for an integration lists it, a block too; a call that finds its state reached
    records nothing. ``wanted`` makes the wish of the catalogue as it is under the lock, and may
    raise Refused. Raises Integration.DoesNotExist for a target that the person may not know
    of, and Refused when nothing of the wish is available, or when the general rights were asked
    for and the integration has its own by now.
    """
    catalogue, board = reads.locked_board(access)
    standing = board.of(reads.target(access, board, target))
    wish = wanted(catalogue)
    if wish.scope is Scope.GENERAL and standing.listed:
        raise Refused(Refusal.ALREADY_LISTED)
    needed, general = standing.needed, board.general.in_force
    within = reach(wish, needed=needed, general=general)
    if not within & standing.usable:
        raise Refused(Refusal.NOT_AVAILABLE)
    allowed = granted(wish, allowed=standing.allowed, within=within, usable=standing.usable)
    verb = "rights:allow" if wish.allow else "rights:block"
    change = Change(catalogue, board, standing, within, wish.allow)
    return _save(access, change, standing.bringing(allowed), verb)


def put_back(access: CompanyAccess, target: Target, event_id: int) -> Change:
    """Take back one change of one integration's rights (or the general ones), exactly.

    An ordinary change with its own event; it never unlists. Raises Refused when the rights of
    the integration were changed since or when what was allowed cannot be allowed any more, and
    AuditEvent.DoesNotExist unless the event is a change of these rights (a block of all traffic
    is reviewed, not put back).
    """
    catalogue, board = reads.locked_board(access)
    standing = board.of(reads.target(access, board, target))
    kind, pk, _name = subject_of(standing.integration)
    of_rights = AuditEvent.objects.of_company(access.company.pk).of_rights()
    events = of_rights.filter(subject_kind=kind, subject_id=pk).exclude(verb=LEAVE)
    event = events.exclude(verb=CLOSE).get(pk=event_id)
    if events.filter(pk__gt=event_id).exists():
        raise Refused(Refusal.MOVED_ON)
    stays = bool((event.after or {}).get("listed"))
    change = Change(catalogue, board, standing, _touched(event), stays_listed=stays)
    return _save(access, change, _former(standing, event), UNDO)


def put_back_together(access: CompanyAccess, bulk_id: UUID) -> int:
    """Take back the changes of the company that were made as one; return how many rights change.

    All or none. Raises Refused as ``put_back`` does, and AuditEvent.DoesNotExist where there are
    none.
    """
    _catalogue, board = reads.locked_board(access)
    of_rights = AuditEvent.objects.of_company(access.company.pk).of_rights()
    found = {event.subject_id: event for event in of_rights.filter(bulk_id=bulk_id)}
    later = of_rights.filter(pk__gt=max((event.pk for event in found.values()), default=0))
    moved = set(later.exclude(verb=LEAVE).values_list("subject_id", flat=True))
    if moved & found.keys():
        raise Refused(Refusal.MOVED_ON)
    standings = {one.subject: one for one in board.all}
    former = {standings[whose]: _former(standings[whose], one) for whose, one in found.items()}
    if not former:
        raise AuditEvent.DoesNotExist
    bring(access, former, UNDO, bulk_id=uuid4())
    return sum(len(_touched(event)) for event in found.values())


def _touched(event: AuditEvent) -> ResourceSet:
    return ResourceSet.from_column(event.added) | ResourceSet.from_column(event.removed)


def _former(standing: Standing, event: AuditEvent) -> Stored:
    """Return what was stored before a change; raises Refused where that cannot be any more."""
    added, removed = map(ResourceSet.from_column, (event.added, event.removed))
    if removed - standing.usable:
        raise Refused(Refusal.MOVED_ON)
    return standing.putting_back(standing.allowed - added | removed, answered(event.before))


def block_traffic(access: CompanyAccess) -> Board:
    """Block everything for every listing of the company, general rights included, at once.

    Returns the board as it was before. Nobody is unlisted; the events share one bulk id.
    """
    _catalogue, board = reads.locked_board(access)
    bulk_id = uuid4()
    open_ones = {one: one.blocking() for one in board.all if one.allowed}
    entries = [_entry(one, CLOSE, now, bulk_id=bulk_id) for one, now in open_ones.items()]
    if entries:
        Listing.objects.visible_to(access).block(
            {one.subject: now for one, now in open_ones.items()}
        )
        record(access.scene, entries)
    return board


def bring(
    access: CompanyAccess,
    wanted: Wanted,
    verb: str,
    **more: object,
) -> list[AuditEvent]:
    """Write the rights that some integrations of a company shall have, with one event for each.

    For callers that have read the ``standings`` under the company's lock and decided what is
    wanted. ``more`` goes into the events: ``bulk_id``, ``reason``. Raises Refused when something
    would be allowed that is not available.
    """
    _require(access, wanted)
    for standing, stored in wanted.items():
        _store(access, standing, stored)
    return record(access.scene, _entries(wanted, verb, **more))


def bring_all(
    companies: Sequence[tuple[CompanyAccess, Wanted]], verb: str, **more: object
) -> list[AuditEvent]:
    """Do the same in many companies, in as many statements as in one; raises alike."""
    for access, wanted in companies:
        _require(access, wanted)
    _store_all(companies)
    return record_all(
        [(access.scene, _entries(wanted, verb, **more)) for access, wanted in companies]
    )


def leave_blocked(access: CompanyAccess, standing: Standing, asked: ResourceSet) -> None:
    """Let some of what waits stay blocked. No right changes, so it stands in no change's way."""
    access.require(Capability.EDIT_RIGHTS)
    _store(access, standing, standing.leaving(asked))
    entry = Entry(LEAVE, *subject_of(standing.integration), removed=bytes(asked))
    record(access.scene, [entry])


def review(access: CompanyAccess, public_id: str, seen: str) -> None:
    """Record that the rights of an integration in the list, as they were ``seen``, are still right.

    A second press records nothing. Raises Refused when they are others by now, and
    Integration.DoesNotExist for what is not in the list.
    """
    _catalogue, board = reads.locked_board(access)
    standing = reads.listed(board, public_id)
    if standing.mark != seen:
        raise Refused(Refusal.NOT_AS_SEEN)
    listing = Listing.objects.visible_to(access).get(integration=standing.integration)
    scene, found = access.scene, standing.in_force
    now = Review(scene.at or timezone.now(), scene.actor, found)
    if now.repeats(listing.review):
        return
    Listing.objects.filter(pk=listing.pk).update(
        reviewed_at=now.at, reviewed_by=now.by, reviewed=found
    )
    subject = subject_of(standing.integration)
    record(scene, [Entry(REVIEW, *subject, after={"reviewed": found.hex})])


def subject_of(integration: Integration | None) -> tuple[str, int | None, str]:
    """Return whose rights an audit event is about: its kind, number and name."""
    if integration is None:
        return "general", None, "General access rights"
    return "integration", integration.pk, integration.name_en


def _save(access: CompanyAccess, change: Change, wanted: Stored, verb: str) -> Change:
    before = change.before
    is_news = before.integration is not None and not before.listed
    if wanted.allowed == before.allowed and not is_news:
        return change
    [event] = bring(access, {before: wanted}, verb)
    board = change.board.having(before.integration, wanted)
    return replace(change, board=board, event_id=event.pk)


def _require(access: CompanyAccess, wanted: Wanted) -> None:
    access.require(Capability.EDIT_RIGHTS)
    for standing, stored in wanted.items():
        if stored.allowed - standing.allowed - standing.usable:
            raise Refused(Refusal.NOT_AVAILABLE)


def _store(access: CompanyAccess, standing: Standing, stored: Stored) -> None:
    kept = Listing(company=access.company, integration=standing.integration).having(
        _dated(access, standing, stored)
    )
    if standing.listed:
        mine = Listing.objects.visible_to(access).filter(integration=standing.integration)
        mine.update(**{column: getattr(kept, column) for column in COLUMNS})
    else:
        kept.save(force_insert=True)


def _store_all(companies: Sequence[tuple[CompanyAccess, Wanted]]) -> None:
    wanted = {
        (access.company.pk, standing.subject): _dated(access, standing, stored)
        for access, theirs in companies
        for standing, stored in theirs.items()
    }
    of_them = Q(integration=None) | Q(integration__in={subject for _company, subject in wanted})
    found = Listing.objects.filter(of_them, company__in={company for company, _subject in wanted})
    listed = {(one.company_id, one.integration_id): one for one in found}
    changed = [listed[whose].having(stored) for whose, stored in wanted.items() if whose in listed]
    # As bulk_update, which costs ten times as much: it tells the rows apart in one expression.
    Listing.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["id"], update_fields=COLUMNS
    )
    Listing.objects.bulk_create(
        Listing(company_id=company, integration_id=subject).having(stored)
        for (company, subject), stored in wanted.items()
        if (company, subject) not in listed
    )


def _dated(access: CompanyAccess, standing: Standing, stored: Stored) -> Stored:
    return standing.dated(stored, timezone.localdate(access.scene.at))


def _entries(wanted: Wanted, verb: str, **more: object) -> list[Entry]:
    return [_entry(standing, verb, stored, **more) for standing, stored in wanted.items()]


def _entry(standing: Standing, verb: str, stored: Stored, **more: object) -> Entry:
    newly_listed = standing.integration is not None and not standing.listed
    added = stored.allowed - standing.allowed
    answered = added & standing.waiting
    return Entry(
        verb,
        *subject_of(standing.integration),
        added=bytes(added),
        removed=bytes(standing.allowed - stored.allowed),
        before={"waiting": answered.hex} if answered else None,
        after={"listed": True} if newly_listed else None,
        **more,  # type: ignore[arg-type]
    )
