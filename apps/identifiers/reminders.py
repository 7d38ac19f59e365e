"""Reminders before an identifier stops working: once per step, however often this runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.companies.models import Company, Membership
from apps.companies.rules import Role, opens_anything
from apps.identifiers import mails, rules
from apps.identifiers.models import ApiIdentifier, Reminder
from apps.identifiers.rules import STEPS, Purpose


@dataclass(frozen=True)
class Due:
    """An identifier that stops working in a company at ``end``, and how soon that is."""

    identifier: ApiIdentifier
    company: Company
    end: datetime
    step: int


def send_due() -> int:
    """Mail each owner and the company's KH once per step; return how many reminders were sent.

    A reminder is marked and mailed in one transaction: a mail that fails is sent by the next run.
    """
    return sum(_send(one) for one in due(timezone.now()))


def due(now: datetime) -> Iterator[Due]:
    """Yield what ends within the longest step, in each company where the owner is a member."""
    until = now + timedelta(days=max(STEPS))
    ending = ApiIdentifier.objects.filter(
        owner=OuterRef("user"), deactivated_at=None, valid_until__gt=now, valid_until__lte=until
    )
    memberships = Membership.objects.in_force().filter(Q(valid_until__lte=until) | Exists(ending))
    for membership in memberships.select_related("user", "company").iterator():
        if not opens_anything(membership.grants):
            continue
        mine = ApiIdentifier.objects.visible_to(membership.user).filter(deactivated_at=None)
        mine = mine.exclude(purpose=Purpose.EXCEL).exclude(stops__company=membership.company)
        for identifier in mine.select_related("owner", "integration"):
            end = rules.first_end(identifier.valid_until, membership.valid_until)
            if end is not None and (step := rules.step(now=now, end=end)):
                yield Due(identifier, membership.company, end, step)


@transaction.atomic
def _send(one: Due) -> bool:
    _reminder, is_news = Reminder.objects.get_or_create(
        identifier=one.identifier, company=one.company, end=one.end, step=one.step
    )
    if is_news:
        people = {person.pk: person for person in [one.identifier.owner, *_kh(one.company)]}
        mails.remind(list(people.values()), one.identifier, one.company, one.end)
    return is_news


def _kh(company: Company) -> list[User]:
    holders = Membership.objects.filter(company=company).in_force().holding([Role.KH])
    return [
        member.user for member in holders.select_related("user") if opens_anything(member.grants)
    ]
