"""What the page about a member's lost second factor shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.companies.models import Membership
from apps.core.refusals import Reason
from apps.recovery.models import Reset
from apps.recovery.texts import REFUSALS, waits_for


@dataclass(frozen=True)
class LostPage:
    """A request that waits, or why none can be made, or neither: then one can."""

    pk: int
    name: str
    email: str
    waits_for: str
    why_not: Promise | str

    @classmethod
    def of(cls, member: Membership, reset: Reset | None, refusal: Reason | None) -> LostPage:
        """Lay out what was found about a member."""
        return cls(
            pk=member.pk,
            name=member.user.name,
            email=member.user.email,
            waits_for=waits_for(reset) if reset else "",
            why_not=REFUSALS[refusal] if refusal else "",
        )
