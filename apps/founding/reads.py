"""What there is already of the companies, offices and people that site staff bring in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import Q

from apps.companies.models import AccountingOffice, Company, Membership
from apps.founding.rules import NewMember
from apps.people.models import Invitation, rights_of
from apps.people.rules import Rights

PART = 500
"""How many lines one statement asks about."""


def _parts(lines: Iterable[Any], size: int = PART) -> Iterator[list[Any]]:
    """Yield lines a part at a time."""
    rest = iter(lines)
    while part := list(islice(rest, size)):
        yield part


def companies(business_ids: Iterable[str]) -> dict[str, Company]:
    """Return the companies that there are of some, with their offices."""
    found = Company.objects.select_related("office")
    return {
        one.business_id: one
        for part in _parts(sorted(set(business_ids)))
        for one in found.filter(business_id__in=part)
    }


def offices(names: Iterable[str]) -> dict[str, AccountingOffice]:
    """Return the offices that there are of some."""
    return {
        one.name: one
        for part in _parts(sorted(set(names)))
        for one in AccountingOffice.objects.filter(name__in=part)
    }


def entitled(lines: Sequence[NewMember]) -> dict[tuple[str, str], Rights]:
    """Return the rights of those who belong to a company already, or are invited to it."""
    return {key: rights for part in _parts(lines) for key, rights in _entitled(part)}


def _entitled(part: Sequence[NewMember]) -> Iterator[tuple[tuple[str, str], Rights]]:
    ids = Q(company__business_id__in={one.business_id for one in part})
    emails = {one.email for one in part}
    invited = Invitation.objects.open().filter(ids, email__in=emails)
    for invitation in invited.select_related("company"):
        yield (invitation.company.business_id, invitation.email), invitation.rights
    members = Membership.objects.filter(ids, user__email__in=emails)
    for member in members.select_related("company", "user"):
        yield (member.company.business_id, member.user.email), rights_of(member)


def unsent() -> Any:
    """Return the open invitations of site staff whose mail no server took."""
    return Invitation.objects.open().filter(invited_by=None, mailed_at=None)


def all_companies() -> Iterator[Company]:
    """Yield every company, with its office, in the order of business ids."""
    found = Company.objects.select_related("office").order_by("business_id")
    return found.iterator(chunk_size=2_000)


def all_members() -> Iterator[Membership | Invitation]:
    """Yield every membership that gives anything, and every invitation that waits."""
    members = Membership.objects.exclude(roles=0, opens_anything=False)
    yield from members.select_related("company", "user").iterator(chunk_size=2_000)
    yield from Invitation.objects.open().select_related("company").iterator(chunk_size=2_000)
