"""What the worker does about signing in."""

import logging

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_tasks import task

from apps.accounts import mails
from apps.accounts.models import User
from apps.core.mails import Refused

logger = logging.getLogger(__name__)


@task(priority=10)
def send_reset(email: str, site: str) -> None:
    """Mail whoever forgot a password; an address without account gets nothing.

    Whether there is one is looked up here: the page that asked took the same time for both.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    try:
        mails.reset(user, site)
    except Refused:
        logger.warning("the address of user %s takes no mail", user.pk)


@task
def forget_sessions() -> None:
    """Drop the sessions that are over, and from where they came."""
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
