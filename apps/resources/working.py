"""How many API identifiers work in a company: the app that knows them stands above this one."""

from collections.abc import Callable

from apps.companies.access import CompanyAccess

Count = Callable[[CompanyAccess], int]
_counts: list[Count] = []


def counts_working(count: Count) -> Count:
    """Let a function count the identifiers that work in a company now."""
    _counts[:] = [count]
    return count


def working(access: CompanyAccess) -> int:
    """Return how many identifiers work in the company; ValueError if nobody can count them."""
    [count] = _counts
    return count(access)
