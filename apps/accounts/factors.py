"""How allauth's second factors behave here: kept encrypted, and remembered by the session."""

from __future__ import annotations

import time

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.accounts import texts
from apps.core.fields import Secret
from apps.core.http import AuthenticatedRequest

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What somebody has or is; recovery codes only stand in for these."""
PROVEN = "second_factor"
"""Where a session keeps whose second factor it was begun or confirmed with."""


class FactorsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of factors are encrypted as Keys are, by FIELD_KEYS."""

    error_messages = {**DefaultMFAAdapter.error_messages, **texts.FACTOR_ERRORS}

    def encrypt(self, text: str) -> str:
        return Secret.of(text).stored

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text; raises UnreadableValueError rather than going on with another."""
        return Secret(encrypted_text).reveal()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        """Name a passkey whose owner gave it no name."""
        return gettext("Passkey")


def has_factor(user: AbstractBaseUser) -> bool:
    """Tell whether somebody has a second factor."""
    return bool(is_mfa_enabled(user, FACTORS))


def prove(request: HttpRequest, user: AbstractBaseUser, at: float) -> None:
    """Let a session count as one with a second factor, which was used or added at that time."""
    request.session[PROVEN] = [user.pk, at]


def proven_at(request: HttpRequest) -> float | None:
    """Return when the person's second factor was used in this session, if it counts as one with.

    That is 0 in a browser that is remembered: no factor was asked for there.
    """
    person, at = request.session.get(PROVEN) or (None, None)
    return at if person == request.user.pk else None


def settle(request: AuthenticatedRequest, *, had: bool) -> None:
    """Let a session that added the first factor count as one with, and none once there is none."""
    has = has_factor(request.user)
    if has and not had:
        prove(request, request.user, time.time())
    elif not has:
        request.session.pop(PROVEN, None)


def used(
    request: HttpRequest, user: AbstractBaseUser, *, reauthenticated: bool, **_: object
) -> None:
    """Remember that somebody who is signed in used a factor; a receiver of allauth's signal."""
    if reauthenticated:
        prove(request, user, time.time())
