"""Every question about people who sign in."""

import time
from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.rules import Ends, ends_of

BEGAN, SEEN, GIVEN = "began", "seen", "given"
"""Under which names a session keeps when somebody signed in, last did something, and gave the
password on a page of which allauth knows nothing, or at the provider."""


def ends(session: Mapping[str, Any]) -> Ends | None:
    """Return when a session ends, or nothing if it is over."""
    return ends_of(
        now=time.time(),
        began=session.get(BEGAN),
        seen=session.get(SEEN),
        idle=settings.SESSION_IDLE,
        longest=settings.SESSION_COOKIE_AGE,
    )


def with_email(email: str) -> User | None:
    """Return the person who signs in with an email address in our spelling."""
    return User.objects.filter(email=email).first()


def signed_in(user: User) -> list[UserSession]:
    """Return the browsers that somebody is signed in with, the last sign-in first.

    A session that is over, or of before a change of the password, opens nothing: it is none.
    """
    known = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
    keys = [one.session_key for one in known]
    working = Session.objects.filter(expire_date__gt=timezone.now()).in_bulk(keys)
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    kept = {key: session.get_decoded() for key, session in working.items()}
    valid = {key for key, of in kept.items() if of.get(HASH_SESSION_KEY) in hashes and ends(of)}
    return [one for one in known if one.session_key in valid]
