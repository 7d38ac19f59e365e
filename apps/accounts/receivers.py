"""What second factors tell by signals: whether the session at hand was proven by one."""

import time
from typing import Any

from allauth.mfa import signals
from django.http import HttpRequest

from apps.accounts import factors
from apps.accounts.models import User


def connect() -> None:
    """Listen to whatever makes a session proven, or not so any more."""
    signals.authenticator_added.connect(_added)
    signals.authenticator_used.connect(_used)
    signals.authenticator_removed.connect(_removed)


def _added(request: HttpRequest, user: User, **_: Any) -> None:
    factors.prove(request, user, time.time())


def _used(request: HttpRequest, user: User, *, reauthenticated: bool, **_: Any) -> None:
    if reauthenticated:
        factors.prove(request, user, time.time())


def _removed(request: HttpRequest, user: User, **_: Any) -> None:
    if not factors.has_factor(user):
        request.session.pop(factors.PROVEN, None)
