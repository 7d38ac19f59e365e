"""One mail a day at most about refusals of what worked before, to whoever wants it."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from apps.accounts.models import User
from apps.calls import mails, reads, services
from apps.calls.rules import MORNING
from apps.core.mails import Refused

logger = logging.getLogger(__name__)


@task(priority=-10)
def tell_of_refusals() -> None:
    """Let people be told of yesterday."""
    tell(timezone.localtime())


def tell(now: datetime) -> None:
    """Let whoever was not told today be mailed, from the morning on: noted and queued together."""
    if now.hour < MORNING:
        return
    yesterday = now.date() - timedelta(days=1)
    for person in reads.people_to_tell(yesterday):
        with transaction.atomic():
            if services.takes_turn(person, now.date()):
                mail.enqueue(person, yesterday.isoformat())


@task(priority=-10)
def mail(person: int, day: str) -> None:
    """Mail somebody what they are told of a day, unless nothing of it is theirs any more."""
    on = date.fromisoformat(day)
    if told := reads.told_of(person, on):
        try:
            mails.tell_of_refusals(User.objects.get(pk=person), on, told)
        except Refused:
            logger.warning("the address of %s takes no mail about refusals", person)
