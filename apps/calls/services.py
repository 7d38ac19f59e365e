"""Taking back rights that no call uses, as one change; and who is mailed about refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.calls import reads
from apps.calls.rules import Refusal, since, unused
from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.rules import Board, ResourceSet, Standing
from apps.rights.services import bring
from apps.usage.rules import log_is_long_enough

Choice = Callable[[Standing, ResourceSet, Catalogue], ResourceSet]


@dataclass(frozen=True)
class Blocked:
    """What was blocked as one change: how many rights, and the company's rights before and now."""

    bulk_id: UUID
    count: int
    catalogue: Catalogue
    before: Board
    board: Board


def block_unused(access: CompanyAccess, chosen: Choice) -> Blocked:
    """Block what was chosen of the rights that no call used for ninety days, as one change.

    What was used by now stays allowed. Raises PermissionDenied without the lock or the right to
    edit rights, and Refused when nothing was chosen or the log is too short.
    """
    catalogue, before = resources.locked_board(access)
    today = timezone.localdate()
    used = reads.uses(access, today)
    if not log_is_long_enough(since(used), today):
        raise Refused(Refusal.TOO_SHORT)
    positions = {code: one.position for code, one in catalogue.by_code.items()}
    found = unused(before, used, positions, today)
    gone = {one: chosen(one, left, catalogue) for one, left in found.items()}
    wanted = {one: one.bringing(one.allowed - blocked) for one, blocked in gone.items() if blocked}
    if not wanted:
        raise Refused(Refusal.NOTHING_CHOSEN)
    bulk_id, board = uuid4(), before
    bring(access, wanted, "rights:block", bulk_id=bulk_id)
    for one, stored in wanted.items():
        board = board.having(one.integration, stored)
    return Blocked(bulk_id, sum(map(len, gone.values())), catalogue, before, board)


def want_mails(access: CompanyAccess, *, wanted: bool) -> None:
    """Let a person be mailed about new refusals from now on, or not any more."""
    User.objects.filter(pk=access.user.pk).update(mails_refusals=wanted)


def takes_turn(person: int, today: date) -> bool:
    """Note that somebody is told of refusals today; false when they are told already."""
    earlier = Q(told_of_refusals_on=None) | Q(told_of_refusals_on__lt=today)
    return bool(
        User.objects.filter(earlier, pk=person, mails_refusals=True).update(
            told_of_refusals_on=today
        )
    )
