"""Reminders before an identifier stops working: once per step, however often this runs.

Who is due is noted set-wise; each that is noted is then sent, and marked as soon as the mail
server has it. A run that is killed is followed by one that sends the rest.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from apps.accounts.models import User
from apps.companies.models import Company, Membership
from apps.companies.rules import Role
from apps.core.mails import Refused
from apps.identifiers import mails, rules
from apps.identifiers.models import ApiIdentifier, Reminder
from apps.identifiers.reads import Ending, ending_everywhere

logger = logging.getLogger(__name__)
NOTED_AT_ONCE, TAKEN_AT_ONCE = 1_000, 100
IN_ONE_JOB = 500
"""How many mails one job sends, so that others get their turn."""


class NotSentError(Exception):
    """Some reminders did not go out; the job is tried again."""


@task(priority=-10)
def remind() -> None:
    """Note who is due, and let them be mailed."""
    note_due()
    send_reminders.enqueue()


@task(priority=-10)
def send_reminders() -> None:
    """Mail some of those that wait; raises NotSentError when the mail server did not take all."""
    sent, failed = send(at_most=IN_ONE_JOB)
    if failed:
        raise NotSentError(f"{failed} of {sent + failed} reminders were not sent")
    if sent == IN_ONE_JOB:
        send_reminders.enqueue()


@task
def tell_owner(identifier: int, company: int, who: int, *, stopped: bool) -> None:
    """Tell an owner that somebody stopped an identifier in a company, or allowed it again."""
    with suppress(Refused):
        mails.tell_owner(
            ApiIdentifier.objects.select_related("owner").get(pk=identifier),
            Company.objects.get(pk=company),
            User.objects.get(pk=who),
            stopped=stopped,
        )


def note_due() -> None:
    """Note a reminder for each owner and the company's KH, once per step."""
    now = timezone.now()
    Reminder.objects.filter(sent_at=None, end__lte=now).delete()
    for found in ending_everywhere(now):
        rows = found.iterator(chunk_size=NOTED_AT_ONCE)
        while some := list(islice(rows, NOTED_AT_ONCE)):
            Reminder.objects.bulk_create(_reminders(some, now), ignore_conflicts=True)


def _reminders(endings: Sequence[Ending], now: datetime) -> Iterator[Reminder]:
    administrators = _administrators({company for _pk, _owner, company, _end in endings}, now)
    for identifier, owner, company, end in endings:
        step = rules.step(now=now, end=end)
        for person in {owner, *administrators[company]} if step else ():
            yield Reminder(
                identifier_id=identifier,
                company_id=company,
                recipient_id=person,
                end=end,
                step=step or 0,
            )


def _administrators(companies: Iterable[int], now: datetime) -> dict[int, set[int]]:
    holders = Membership.objects.in_force(now).with_any_function().holding([Role.KH])
    found: dict[int, set[int]] = defaultdict(set)
    for company, user in holders.filter(company__in=companies).values_list("company", "user"):
        found[company].add(user)
    return found


def send(
    at_most: int | None = None, told: Callable[[int], None] = lambda _sent: None
) -> tuple[int, int]:
    """Mail those that wait; return how many went out and how many failed.

    What failed waits for the next run and keeps nobody else waiting. ``told`` hears how many went
    out so far.
    """
    sent, failed = 0, list[int]()
    while (at_most is None or sent + len(failed) < at_most) and (some := _take()):
        for reminder in some:
            if _send(reminder):
                sent += 1
            else:
                failed.append(reminder.pk)
        told(sent)
    Reminder.objects.filter(pk__in=failed).update(taken_at=None)
    return sent, len(failed)


def _take() -> list[Reminder]:
    """Take the next few, so that no other worker has them; drop what is not true any more."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Reminder.objects.waiting(now).select_for_update(skip_locked=True)
        pks = list(waiting.values_list("pk", flat=True)[:TAKEN_AT_ONCE])
        taken = Reminder.objects.filter(pk__in=pks)
        taken.update(taken_at=now)
        due = list(taken.still_due(now).order_by("pk"))
        taken.exclude(pk__in=[one.pk for one in due]).delete()
    return due or (_take() if pks else [])


def _send(reminder: Reminder) -> bool:
    """Mail one and return whether the mail server has it, or never will."""
    try:
        mails.remind(reminder, is_listed=reminder.is_listed)  # type: ignore[attr-defined]
    except Refused:
        logger.warning("the address of %s takes no reminder", reminder.recipient_id)
    except OSError:
        logger.exception("a reminder about identifier %s was not sent", reminder.identifier_id)
        return False
    Reminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now())
    return True
