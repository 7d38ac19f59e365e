"""Taking back rights that no call uses: several integrations at once, as one change."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from django.utils import timezone

from apps.calls import reads
from apps.calls.rules import Refusal, log_is_long_enough, since, unused
from apps.companies.access import CompanyAccess
from apps.core.refusals import Refused
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet, Standing
from apps.rights.services import bring

Choice = Callable[[Standing, ResourceSet, Catalogue], ResourceSet]


def block_unused(access: CompanyAccess, chosen: Choice) -> tuple[UUID, int]:
    """Block what was chosen of the rights that no call used for ninety days, as one change.

    Returns what its events share, and how many rights they block. What was used by now stays
    allowed. Raises PermissionDenied without the lock or the right to edit rights, and Refused when
    nothing was chosen or the log is too short.
    """
    catalogue, board = resources.locked_board(access)
    today = timezone.localdate()
    used = reads.uses(access, today)
    if not log_is_long_enough(since(used), today):
        raise Refused(Refusal.TOO_SHORT)
    blocked = {
        standing: chosen(standing, left, catalogue)
        for standing, left in unused(
            board, used, {code: one.position for code, one in catalogue.by_code.items()}
        ).items()
    }
    wanted = {
        standing: standing.bringing(standing.allowed - gone)
        for standing, gone in blocked.items()
        if gone
    }
    if not wanted:
        raise Refused(Refusal.NOTHING_CHOSEN)
    bulk_id = uuid4()
    bring(access, wanted, "rights:block", bulk_id=bulk_id)
    return bulk_id, sum(map(len, blocked.values()))
