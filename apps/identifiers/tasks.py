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

    identifier: ApiIdentifier
    company: Company
    end: datetime
    step: int
    integration: str


def send_due() -> tuple[int, int]:
    """Mail each owner and the company's KH once per step; return how many went out and failed.

    A reminder is marked and mailed in one transaction per person: what fails is tried again by
    the next run and keeps nobody else waiting.
    """
    sent = failed = 0
    administrators = cache(_kh)
    for one in due(timezone.now()):
        for person in {one.identifier.owner, *administrators(one.company)}:
            try:
                sent += _send(one, person)
            except OSError:  # what mail servers raise
                logger.exception("a reminder about %s was not sent", one.identifier.user_id)
                failed += 1
    return sent, failed


def due(now: datetime) -> Iterator[Due]:
    """Yield what ends soon, in each company where the owner is a member."""
    until = now + SOON
    ending = ApiIdentifier.objects.filter(
        owner=OuterRef("user"), deactivated_at=None, valid_until__gt=now, valid_until__lte=until
    )
    members = Membership.objects.in_force().with_any_function()
    soon = members.filter(Q(valid_until__lte=until) | Exists(ending))
    for membership in soon.select_related("user", "company").iterator():
        yield from _due_of(membership, now)


def _due_of(membership: Membership, now: datetime) -> Iterator[Due]:
    company = membership.company
    mine = ApiIdentifier.objects.visible_to(membership.user).filter(deactivated_at=None)
    mine = mine.exclude(purpose=Purpose.EXCEL).exclude(stops__company=company)
    for found in mine.in_company(company):
        one = InCompany.of(found, now)
        if one.end is not None and (step := rules.step(now=now, end=one.end)):
            yield Due(one.identifier, company, one.end, step, one.integration_name)


@transaction.atomic
def _send(one: Due, person: User) -> bool:
    _reminder, is_news = Reminder.objects.get_or_create(
        identifier=one.identifier,
        company=one.company,
        recipient=person,
        end=one.end,
        step=one.step,
    )
    if is_news:
        mails.remind(person, one.identifier, one.company, one.end, one.integration)
    return is_news


def _kh(company: Company) -> list[User]:
    holders = Membership.objects.filter(company=company).in_force().with_any_function()
    return [member.user for member in holders.holding([Role.KH]).select_related("user")]
