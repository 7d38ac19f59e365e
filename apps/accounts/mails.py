"""Mails about signing in."""

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.accounts.models import User
from apps.core.mails import Receiver, deliver


def reset(user: User, site: str) -> None:
    """Send the link by which a new password is chosen; it works once, and says until when."""
    who = urlsafe_base64_encode(force_bytes(user.pk))
    link = reverse(
        "account_reset_password_from_key", args=[who, default_token_generator.make_token(user)]
    )
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    context = {"link": urljoin(site, link), "until": until}
    deliver(Receiver.of(user), "account/mail/reset.txt", context)
