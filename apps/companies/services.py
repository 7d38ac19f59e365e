"""Moving a company from one accounting office to another."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import Entry, Scene, record
from apps.companies import reads
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import ADMINISTRATORS, Refusal
from apps.core.refusals import Refused


def move(
    staff: User,
    company: Company,
    office: AccountingOffice | None,
    *,
    ended: Collection[int],
    deliberate: bool,
) -> None:
    """Give a company to another office, or to none, and end some memberships of the old one.

    Site staff have no access to the company, so this locks it; to be called in a transaction.
    Raises Refused when nobody would be left who holds KH or TPK, unless that is ``deliberate``.
    """
    company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    ending = [member for member in reads.offices_memberships(company) if member.pk in ended]
    left = company.memberships.exclude(pk__in=[member.pk for member in ending])
    left = left.in_force().with_any_function().holding(ADMINISTRATORS)
    if not deliberate and not left.exists():
        raise Refused(Refusal.NOBODY_LEFT)
    entries = [_end(member) for member in ending]
    before, after = ({"office": str(one) if one else None} for one in (company.office, office))
    company.office = office
    company.save(update_fields=["office"])
    moved = Entry("company:move", "company", company.pk, str(company), before=before, after=after)
    scene = Scene(staff.pk, str(staff), company_id=company.pk, company=str(company))
    record(scene, [moved, *entries])


def _end(member: Membership) -> Entry:
    now = timezone.now()
    before = _period(member)
    if member.valid_from and member.valid_from >= now:
        member.valid_from = None  # one that has not begun: a period cannot end before it begins
    member.valid_until = now
    member.save(update_fields=["valid_from", "valid_until"])
    after, person = _period(member), member.user
    return Entry("membership:end", "user", person.pk, str(person), before=before, after=after)


def _period(member: Membership) -> dict[str, str | None]:
    ends = {"valid_from": member.valid_from, "valid_until": member.valid_until}
    return {name: moment.isoformat() if moment else None for name, moment in ends.items()}
