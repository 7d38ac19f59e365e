"""Reminders before an identifier stops working: once per step, however often this runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.companies.models import Company, Membership
from apps.companies.rules import SOON, Role
from apps.identifiers import mails, rules
from apps.identifiers.models import ApiIdentifier, Reminder
from apps.identifiers.reads import InCompany
from apps.identifiers.rules import Purpose

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """An identifier that stops working in a company at ``end``, and how soon that is."""

    one: InCompany
    company: Company
    end: datetime
    step: int


def send_due() -> tuple[int, int]:
    """Mail each owner and the company's KH once per step; return how many went out and failed.

    A reminder is marked and mailed in one transaction per person: what fails is tried again by
    the next run and keeps nobody else waiting.
    """
    sent = failed = 0
    administrators = cache(_kh)
    for due in _due(timezone.now()):
        identifier = due.one.identifier
        for person in {identifier.owner, *administrators(due.company)}:
            try:
                sent += _remind(person, due)
            except OSError:  # what mail servers raise
                logger.exception("a reminder about %s was not sent", identifier.user_id)
                failed += 1
    return sent, failed


def _due(now: datetime) -> Iterator[Due]:
    """Yield what ends soon, in each company where the owner is a member."""
    until = now + SOON
    ending = ApiIdentifier.objects.filter(
        owner=OuterRef("user"), deactivated_at=None, valid_until__gt=now, valid_until__lte=until
    )
    members = Membership.objects.in_force().with_any_function()
    leaving = members.filter(Q(valid_until__lte=until) | Exists(ending))
    for membership in leaving.select_related("user", "company").iterator():
        company = membership.company
        for one in _working(membership.user, company, now):
            if one.end and (step := rules.step(now=now, end=one.end)):
                yield Due(one, company, one.end, step)


def _working(owner: User, company: Company, now: datetime) -> Iterator[InCompany]:
    mine = ApiIdentifier.objects.visible_to(owner).filter(deactivated_at=None)
    mine = mine.exclude(purpose=Purpose.EXCEL).exclude(stops__company=company)
    return (InCompany.of(one, now) for one in mine.in_company(company))


@transaction.atomic
def _remind(person: User, due: Due) -> bool:
    _reminder, is_news = Reminder.objects.get_or_create(
        identifier=due.one.identifier,
        company=due.company,
        recipient=person,
        end=due.end,
        step=due.step,
    )
    if is_news:
        mails.remind(person, due.company, due.one)
    return is_news


def _kh(company: Company) -> list[User]:
    holders = Membership.objects.filter(company=company).in_force().with_any_function()
    return [member.user for member in holders.holding([Role.KH]).select_related("user")]
