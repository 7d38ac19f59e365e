"""Mails to somebody whose account a stranger may be at."""

from urllib.parse import urljoin

from django.urls import reverse

from apps.accounts.models import User
from apps.core.mails import Receiver, deliver
from apps.security.models import SecurityEvent
from apps.security.rules import Verb
from apps.security.texts import ALERTS


def alert(user: User, event: SecurityEvent, site: str, former: str = "") -> None:
    """Tell somebody what happened to their account; at a ``former`` address too, if it changed."""
    subject, what = ALERTS[Verb(event.verb)]
    link = urljoin(site, reverse("account_security"))
    context = {"subject": subject, "what": what, "event": event, "link": link}
    for email in filter(None, [user.email, former]):
        deliver(Receiver(email, user.language), "security/mail/alert.txt", context)
