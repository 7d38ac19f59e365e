"""Writes about people who sign in."""

import time
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest

from apps.accounts import reads
from apps.accounts.factors import has_factor
from apps.accounts.models import User
from apps.core.fields import Secret
from apps.core.http import AuthenticatedRequest

browser_ended = Signal()
"""Sent with request, user and browser (a UserSession) when somebody signs another browser out."""

timed_out = Signal()
"""Sent with request and user when somebody's session has ended by itself."""


def begin(request: HttpRequest, **_: Any) -> None:
    """Note that and when somebody signed in; however they did, Django says so by its signal."""
    request.session[reads.BEGAN] = request.session[reads.SEEN] = time.time()
    request.signs_in = True  # type: ignore[attr-defined]


user_logged_in.connect(begin)


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign somebody in who gave the password on another page; the browser is listed as others."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[reads.GIVEN] = time.time()
    UserSession.objects.create_from_request(request)


def stay(request: HttpRequest, *, after: float = 0) -> None:
    """Note that somebody does something, unless that was noted less than so many seconds ago."""
    now = time.time()
    if now - request.session[reads.SEEN] >= after:
        request.session[reads.SEEN] = now


def time_out(request: AuthenticatedRequest) -> None:
    """End a session that is over; nobody signed out, so Django's signal does not say so."""
    timed_out.send(User, request=request, user=request.user)
    request.session.flush()
    request.user = AnonymousUser()  # type: ignore[assignment]


@transaction.atomic
def forget_remembered(user: User) -> bool:
    """Let every browser that was remembered ask for a factor again; tell whether there is one.

    What such a browser keeps was made of the recovery codes as they are stored. Encrypted anew
    they are the same codes, stored otherwise; under their lock none that was used works again.
    """
    codes = Authenticator.objects.select_for_update(no_key=True).filter(
        user=user, type=Authenticator.Type.RECOVERY_CODES
    )
    for one in codes:
        one.data["seed"] = Secret.of(Secret(one.data["seed"]).reveal()).stored
        one.save(update_fields=["data"])
    return bool(codes)


@transaction.atomic
def end(request: AuthenticatedRequest, browsers: Iterable[UserSession]) -> None:
    """Sign browsers out: what they ask next is asked by a stranger."""
    for browser in browsers:
        browser.end()
        browser_ended.send(User, request=request, user=browser.user, browser=browser)


def end_everywhere(user: User) -> None:
    """Sign somebody out of all browsers, by nobody's request: the worker does it."""
    for browser in reads.signed_in(user):
        browser.end()


def end_without_factor(request: AuthenticatedRequest, user: User, **_: Any) -> None:
    """Sign the other browsers of somebody out whose last second factor is gone.

    Their sessions were begun with it: left alone, they would count as ones with a factor.
    """
    if not has_factor(user):
        here = request.session.session_key
        end(request, [one for one in reads.signed_in(user) if one.session_key != here])


authenticator_removed.connect(end_without_factor)
