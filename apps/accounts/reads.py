"""Every question about people who sign in."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import User


def signed_in(user: User) -> list[UserSession]:
    """Return the browsers that somebody is signed in with, the last sign-in first.

    A session of before a change of the password opens nothing any more: it is none.
    """
    known = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")
    keys = [one.session_key for one in known]
    working = Session.objects.filter(expire_date__gt=timezone.now()).in_bulk(keys)
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    valid = {
        key
        for key, session in working.items()
        if session.get_decoded().get(HASH_SESSION_KEY) in hashes
    }
    return [one for one in known if one.session_key in valid]
