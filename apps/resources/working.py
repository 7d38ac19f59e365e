"""How many API identifiers work in a company: the app that knows them stands above this one."""

from collections.abc import Callable
from datetime import datetime

from django.db.models.expressions import Combinable

from apps.companies.models import Company

Count = Callable[[Company, datetime], Combinable]
_counts: list[Count] = []


def counts_working(count: Count) -> Count:
    """Let a function say how the identifiers that work in a company at a time are counted."""
    _counts[:] = [count]
    return count


def working(company: Company, now: datetime) -> Combinable:
    """Return their number as part of a statement; ValueError if nobody can count them."""
    [count] = _counts
    return count(company, now)
