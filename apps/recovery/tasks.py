"""What the worker does about lost second factors; jobs hold numbers, never links."""

import logging

from django.db import transaction
from django_tasks import task

from apps.core.mails import Refused
from apps.recovery import mails, services
from apps.recovery.models import Reset
from apps.recovery.rules import What

logger = logging.getLogger(__name__)


@task(priority=10)
def tell(pk: int, what: str, site: str = "") -> None:
    """Mail the holder what happened to a request."""
    reset = Reset.objects.select_related("user", "company", "asked_by").get(pk=pk)
    try:
        mails.tell(reset, What(what), site)
    except Refused:
        logger.warning("the address of user %s takes no mail", reset.user_id)


@task
def take_away() -> None:
    """Carry out the requests whose day is over, each by itself, and mail their holders.

    One that cannot be carried out is tried again the next time, and keeps no other waiting.
    """
    for reset in Reset.objects.due().order_by("confirmed_at"):
        try:
            _take_away(reset)
        except Exception:
            logger.exception("the factors of user %s could not be taken away", reset.user_id)


@transaction.atomic
def _take_away(reset: Reset) -> None:
    if what := services.carry_out(reset):
        tell.enqueue(reset.pk, what)
