"""Making, starting and running bulk changes: each company in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.bulk import reads
from apps.bulk.models import BulkChange, BulkItem
from apps.bulk.rules import HOPELESS, VERBS, Action, Chosen, NoDraft, Refusal, State, outcome
from apps.companies.access import OfficeAccess, enter
from apps.companies.models import CompanyQuerySet, Membership, MembershipQuerySet
from apps.core.refusals import Refused
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.rules import NOTHING
from apps.rights import services

logger = logging.getLogger(__name__)
CLAIM = timedelta(seconds=5)
"""How long nobody else runs the companies of a runner that was killed."""
BATCH = 10
"""Companies that a runner claims at a time."""
FORGOTTEN = timedelta(days=1)
"""How long a draft is kept that nobody starts."""


class AlreadyRunError(Exception):
    """Somebody else ran this company meanwhile; what this runner did there is taken back."""


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
    _forget_drafts(access)
    change = BulkChange.objects.create(by=access.user, **wish)
    for state, chosen in companies.items():
        if chosen is not None:
            mine = chosen.filter(pk__in=access.companies.values("pk"))
            pks = mine.order_by("name_sorted", "business_id").values_list("pk", flat=True)
            items = (BulkItem(change=change, company_id=pk, state=state) for pk in pks)
            BulkItem.objects.bulk_create(items, batch_size=1000)
    return change


def _forget_drafts(access: OfficeAccess) -> None:
    """Let the person's own drafts go that nobody starts."""
    drafts = BulkChange.objects.visible_to(access.user).filter(started_at=None)
    old = drafts.filter(made_at__lt=timezone.now() - FORGOTTEN)
    forgotten = [one.pk for one in old.select_for_update(of=("self",))]  # none is started now
    drafts.filter(pk__in=forgotten).delete()


def start(change: BulkChange) -> bool:
    """Let a draft run, and return whether it had not been started before."""
    mine = BulkChange.objects.visible_to(change.by)
    return bool(mine.filter(pk=change.pk, started_at=None).update(started_at=timezone.now()))


def stop(change: BulkChange) -> None:
    """Let no further companies be claimed; the few in hand are finished."""
    mine = BulkChange.objects.visible_to(change.by)
    mine.filter(pk=change.pk, ended_at=None).update(stopped_at=timezone.now())


@transaction.atomic
def go_on(change: BulkChange) -> bool:
    """Run what is left, try again where it was refused, and return whether it stood still."""
    refused = change.items.filter(state=State.REFUSED).exclude(why__in=HOPELESS)
    refused.update(state=State.WAITING, why="", claimed_until=None)
    still = Q(stopped_at__isnull=False) | Q(ended_at__isnull=False)
    mine = BulkChange.objects.visible_to(change.by).exclude(started_at=None)
    return bool(mine.filter(still, pk=change.pk).update(stopped_at=None, ended_at=None))


def advance(pk: UUID) -> int | None:
    """Run the next few companies of a change; return how many, or nothing when none is left.

    Whoever runs companies has a claim on them for a while, so that the threads of the server,
    the page and ``run_bulk`` share the work. That no company is changed twice does not depend
    on it.
    """
    unfinished = BulkChange.objects.unfinished().filter(pk=pk)
    change = unfinished.select_related("by", "integration", "puts_back").first()
    if change is None:
        return None
    mine = _claim(change)
    catalogue, memberships = resources.catalogue(), Membership.objects.locked(change.by)
    for item in mine:
        _run(change, item, catalogue, memberships)
    if not change.items.filter(state=State.WAITING).exists():
        unfinished.update(ended_at=timezone.now())
    return len(mine)


def _claim(change: BulkChange) -> list[BulkItem]:
    waiting = change.items.filter(state=State.WAITING).order_by("pk")
    free = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))
    token, until = uuid4(), timezone.now() + CLAIM
    next_ones = list(free.values_list("pk", flat=True)[:BATCH])
    free.filter(pk__in=next_ones).update(claimed_by=token, claimed_until=until)
    return list(waiting.filter(claimed_by=token).select_related("company__office"))


def _run(
    change: BulkChange, item: BulkItem, catalogue: Catalogue, mine: MembershipQuerySet
) -> None:
    try:
        _settle(change, item, catalogue, mine)
    except AlreadyRunError:
        logger.info("bulk change %s: company %s was run meanwhile", change.pk, item.company_id)
    except Exception:
        logger.exception("bulk change %s failed in company %s", change.pk, item.company_id)
        with suppress(AlreadyRunError):
            _end(item, State.REFUSED, Refusal.FAILED)


@transaction.atomic
def _settle(
    change: BulkChange, item: BulkItem, catalogue: Catalogue, mine: MembershipQuerySet
) -> None:
    membership = next(iter(mine.filter(company=item.company_id)), None)
    if membership is None or not change.by.is_active:
        _end(item, State.REFUSED, Refusal.NO_RIGHT)
        return
    if membership.company.office_id != item.company.office_id:  # moved since it was claimed
        item.company.refresh_from_db()
    membership.company = item.company
    access = enter(membership, change.by, locked=True)
    board = resources.board(access, catalogue)
    past = reads.pasts(change, [item.company_id])[item.company_id]
    decided = outcome(change, access, board, past)
    if decided.refusal:
        _end(item, State.REFUSED, decided.refusal)
    elif not decided.deltas:
        _end(item, State.UNCHANGED)
    else:
        _end(item, State.DONE)
        wanted = {delta.standing: delta.stored for delta in decided.deltas}
        verb = VERBS[Action(change.action)]
        services.bring(access, wanted, verb, bulk_id=change.pk, reason=change.reason)


def _end(item: BulkItem, state: State, why: Refusal | None = None) -> None:
    waiting = BulkItem.objects.filter(pk=item.pk, state=State.WAITING)
    if not waiting.update(state=state, why=why or ""):
        raise AlreadyRunError
