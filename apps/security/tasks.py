"""What the worker does about the security record."""

import logging

from django_tasks import task

from apps.accounts.models import User
from apps.core.mails import Refused
from apps.security import mails
from apps.security.models import SecurityEvent

logger = logging.getLogger(__name__)


@task
def forget() -> None:
    """Delete the events that have been kept long enough."""
    SecurityEvent.objects.all().forget_old()


@task(priority=10)
def alert(pk: int, site: str, former: str = "") -> None:
    """Mail somebody what happened to their account, unless it has been closed."""
    event = SecurityEvent.objects.get(pk=pk)
    user = User.objects.filter(pk=event.person_id or 0, is_active=True).first()
    if user is None:
        return
    try:
        mails.alert(user, event, site, former)
    except Refused:
        logger.warning("the address of user %s takes no mail", user.pk)
