"""Writes about people who sign in."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.dispatch import Signal

from apps.accounts.models import User
from apps.core.http import AuthenticatedRequest

browser_ended = Signal()
"""Sent with request, user and browser (a UserSession) when somebody signs another browser out."""


@transaction.atomic
def end(request: AuthenticatedRequest, browsers: Iterable[UserSession]) -> None:
    """Sign browsers out: what they ask next is asked by a stranger."""
    for browser in browsers:
        browser.end()
        browser_ended.send(User, request=request, user=request.user, browser=browser)
