"""Making, starting and running bulk changes: a hundred companies in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.bulk import reads
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.rules import HOPELESS, VERBS, Action, Chosen, NoDraft, Refusal, State, outcome
from apps.companies.access import CompanyAccess, OfficeAccess, enter
from apps.companies.models import CompanyQuerySet
from apps.companies.reads import locked_memberships
from apps.core.limits import is_held
from apps.core.metrics import BULK_COMPANIES
from apps.core.refusals import Refused
from apps.resources.rules import NOTHING
from apps.rights import services

logger = logging.getLogger(__name__)
BATCH = 100
"""Companies that are changed in one transaction."""
FORGOTTEN = timedelta(days=1)
"""How long a draft is kept that nobody starts."""


@transaction.atomic
def draft(
    access: OfficeAccess,
    companies: CompanyQuerySet,
    left_out: CompanyQuerySet | None = None,
    **wish: Any,
) -> BulkChange:
    """Store what is wanted, and for which companies, to be checked before it runs.

    Of ``companies`` only those count that the person serves; ``left_out`` are kept by name.
    Raises Refused when there are none.
    """
    change = _store(access, wish, {State.WAITING: companies, State.LEFT_OUT: left_out})
    if not change.items.filter(state=State.WAITING).exists():
        raise Refused(NoDraft.NO_COMPANIES)
    return change


@transaction.atomic
def put_back(access: OfficeAccess, change: BulkChange, reason: str) -> BulkChange:
    """Store the wish to put a change back in every company that it changed.

    Raises Refused when there is none.
    """
    changed = change.items.filter(state=State.DONE)
    if not changed.exists():
        raise Refused(NoDraft.NOTHING_DONE)
    within_reach = access.companies.filter(pk__in=changed.values("company"))
    wish = {
        "out_of_reach": changed.count() - within_reach.count(),
        "action": Action.PUT_BACK,
        "integration": change.integration,
        "everywhere": change.everywhere,
        "found_by_key": change.found_by_key,
        "chosen": Chosen.ALL,
        "resources": NOTHING,
        "reason": reason,
        "puts_back": change,
    }
    return _store(access, wish, {State.WAITING: within_reach})


def _store(
    access: OfficeAccess,
    wish: Mapping[str, Any],
    companies: Mapping[State, CompanyQuerySet | None],
) -> BulkChange:
    change = BulkChange.objects.create(by=access.user, **wish)
    for state, chosen in companies.items():
        if chosen is not None:
            mine = chosen.filter(pk__in=access.companies.values("pk"))
            pks = mine.order_by("name_sorted", "business_id").values_list("pk", flat=True)
            items = (BulkItem(change=change, company_id=pk, state=state) for pk in pks)
            BulkItem.objects.bulk_create(items, batch_size=1000)
    return change


@transaction.atomic
def forget_drafts() -> None:
    """Let the drafts go that nobody starts."""
    drafts = BulkChange.objects.filter(started_at=None)
    old = drafts.filter(made_at__lt=timezone.now() - FORGOTTEN)
    forgotten = [one.pk for one in old.select_for_update()]  # none is started now
    drafts.filter(pk__in=forgotten).delete()


def start(change: BulkChange) -> bool:
    """Let a draft run, and return whether it had not been started before."""
    mine = BulkChange.objects.visible_to(change.by).filter(pk=change.pk, started_at=None)
    now = timezone.now()
    return bool(mine.update(started_at=now, moved_at=now))


def leave_out(change: BulkChange, companies: Collection[str]) -> None:
    """Leave some companies out of a draft, by business id."""
    here = change.items.filter(company__business_id__in=companies, state=State.WAITING)
    if change.started_at is None:
        here.update(state=State.LEFT_OUT)


def stop(change: BulkChange) -> None:
    """Let no further companies be claimed; those in hand are finished."""
    mine = BulkChange.objects.visible_to(change.by)
    mine.filter(pk=change.pk, ended_at=None).update(stopped_at=timezone.now())


@transaction.atomic
def go_on(change: BulkChange) -> bool:
    """Run what is left, try again where it was refused, and return whether it stood still."""
    refused = change.items.filter(state=State.REFUSED).exclude(why__in=HOPELESS)
    refused.update(state=State.WAITING, why="")
    still = Q(stopped_at__isnull=False) | Q(ended_at__isnull=False)
    mine = BulkChange.objects.visible_to(change.by).exclude(started_at=None)
    anew = {"moved_at": timezone.now(), "taken_up_at": None, "stopped_at": None, "ended_at": None}
    return bool(mine.filter(still, pk=change.pk).update(**anew))


def advance(pk: UUID) -> int | None:
    """Run the next companies of a change; return how many, or nothing when none is left.

    Any number of workers may do so at once: each claims companies that no other has in hand.
    """
    unfinished = BulkChange.objects.unfinished().filter(pk=pk)
    change = unfinished.select_related("by", "integration", "puts_back").first()
    if change is None:
        return None
    if change.taken_up_at is None:
        left = change.items.waiting().count()
        unfinished.filter(taken_up_at=None).update(taken_up_at=timezone.now(), left_then=left)
    if ran := _run_together(change):
        unfinished.update(moved_at=timezone.now())
        BULK_COMPANIES.inc(ran)
    if not change.items.waiting().exists():
        unfinished.update(ended_at=timezone.now())
    return ran


def _run_together(change: BulkChange) -> int:
    claimed: list[BulkItem] = []
    try:
        with transaction.atomic():
            claimed = list(change.items.claimed()[:BATCH])
            return _settle(change, claimed)
    except Exception:
        logger.info("bulk change %s goes on company by company", change.pk, exc_info=True)
        return sum(_run_alone(change, item) for item in claimed)


def _run_alone(change: BulkChange, item: BulkItem) -> int:
    try:
        with transaction.atomic():
            return _settle(change, list(change.items.claimed().filter(pk=item.pk)))
    except Exception as error:
        if isinstance(error, OperationalError) and is_held(error):
            return 0
        logger.exception("bulk change %s failed in company %s", change.pk, item.company_id)
        failed = {"state": State.REFUSED, "why": Refusal.FAILED}
        return change.items.waiting().filter(pk=item.pk).update(**failed)


def _settle(change: BulkChange, items: Sequence[BulkItem]) -> int:
    """Change the companies of some claimed items; return in how many that is settled now."""
    companies = [item.company_id for item in items]
    accesses, held = _enter(change.by, companies)
    boards, pasts = reads.boards(change, accesses.values()), reads.pasts(change, companies)
    settled, wanted = [item for item in items if item.company_id not in held], []
    for item in settled:
        access, company = accesses.get(item.company_id), item.company_id
        decided = outcome(change, access, boards[company], pasts[company])
        item.state, item.why = decided.state, decided.refusal or ""
        if access and decided.deltas:
            wanted.append((access, {delta.standing: delta.stored for delta in decided.deltas}))
    verb = VERBS[Action(change.action)]
    services.bring_all(wanted, verb, bulk_id=change.pk, reason=change.reason)
    _end(settled)
    return len(settled)


def _end(items: Iterable[BulkItem]) -> None:
    """Write what became of some companies: one statement for those where it is the same."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in items:
        alike[item.state, item.why].append(item.pk)
    for (state, why), pks in alike.items():
        BulkItem.objects.filter(pk__in=pks).update(state=state, why=why)


def _enter(user: User, companies: Sequence[int]) -> tuple[dict[int, CompanyAccess], set[int]]:
    """Lock companies; return what the person may do in each now, and those held by others."""
    memberships, held = locked_memberships(user, companies) if user.is_active else ([], set())
    return {one.company_id: enter(one, user, locked=True) for one in memberships}, held
