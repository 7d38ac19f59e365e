"""Companies of a bulk change that have something in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

from apps.companies.models import Company
from apps.companies.texts import company_count

NAMED = 100
"""How many companies of each kind a page names."""
OCTAGON = ("octagon", "icon-closed")
TRIANGLE = ("triangle", "icon-partly")
TICK = ("tick", "icon-quiet")


@dataclass(frozen=True)
class Group:
    """The first of some companies, how many there are, and what is to be said of all of them."""

    title: str | Promise
    companies: list[Company]
    total: int
    details: list[str] = field(default_factory=list)
    sign: tuple[str, str] | None = None
    is_open: bool = False

    @property
    def count(self) -> str:
        """How many companies, in words."""
        return company_count(self.total)

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.total - len(self.companies)
