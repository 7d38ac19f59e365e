"""What signing in tells by signals, written down."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from apps.accounts import adapter, browsers, factors, reauthentication
from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.rules import browser_of
from apps.core.limits import Full, Limit
from apps.core.text import one_spelling
from apps.security import reads, services, tasks
from apps.security.models import SecurityEvent
from apps.security.rules import Verb, is_alarming

TOLD = Limit("alert", 1, timedelta(hours=1))


def connect() -> None:
    """Listen to everything that the record is about."""
    signals.user_logged_in.connect(_signed_in)
    signals.user_logged_out.connect(_signed_out)
    signals.authentication_step_completed.connect(_confirmed)
    signals.password_changed.connect(_password_changed)
    signals.password_reset.connect(_password_reset)
    signals.email_changed.connect(_email_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_recovery_renewed)
    mfa.authenticator_used.connect(factors.used)
    mfa.authenticator_used.connect(_factor_used)
    mfa.authentication_failed.connect(_code_failed)
    user_login_failed.connect(_failed)
    adapter.locked_out.connect(_locked_out)
    reauthentication.asked.connect(_asked)
    accounts.browser_ended.connect(_browser_ended)
    accounts.timed_out.connect(_timed_out)


def _told(request: HttpRequest | None, event: SecurityEvent, former: str = "") -> None:
    """Let the person be told of an event if it is alarming, of one kind once in an hour."""
    if request is None or event.person_id is None:
        return
    verb = Verb(event.verb)
    if not is_alarming(
        verb,
        known=event.person_id in browsers.known_in(request),
        signed_in_before=verb is Verb.SIGNED_IN and reads.signed_in_before(event),
        failures=reads.failures(event) if verb is Verb.FAILED else 0,
    ):
        return
    with suppress(Full):
        TOLD.take(str(event.person_id), verb)
        tasks.alert.enqueue(event.pk, request.build_absolute_uri("/"), former)


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    about = reauthentication.methods(request)
    _told(request, services.record(request, Verb.SIGNED_IN, user, about=about))


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user:
        services.record(request, Verb.SIGNED_OUT, user)


def _confirmed(request: HttpRequest, user: User, method: str, **more: Any) -> None:
    if more.get("reauthenticated"):
        services.record(request, Verb.CONFIRMED, user, about=method)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _told(request, services.record(request, Verb.PASSWORD_CHANGED, user))


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    _told(request, services.record(request, Verb.PASSWORD_RESET, user))


def _email_changed(
    request: HttpRequest, user: User, from_email_address: EmailAddress, **_: Any
) -> None:
    _told(request, services.record(request, Verb.EMAIL_CHANGED, user), from_email_address.email)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _told(request, services.record(request, Verb.FACTOR_ADDED, user, about=authenticator.type))


def _factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _told(
            request, services.record(request, Verb.FACTOR_REMOVED, user, about=authenticator.type)
        )


def _recovery_renewed(request: HttpRequest, user: User, **_: Any) -> None:
    _told(request, services.record(request, Verb.RECOVERY_RENEWED, user))


def _factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        services.record(request, Verb.RECOVERY_USED, user)


def _code_failed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _told(request, services.record(request, Verb.FAILED, user, about=authenticator.type))


def _failed(request: HttpRequest | None, credentials: dict[str, Any], **_: Any) -> None:
    _told(request, services.failed(request, one_spelling(credentials.get("email", ""))))


def _locked_out(request: HttpRequest, email: str, **_: Any) -> None:
    services.locked_out(request, email)


def _asked(request: HttpRequest, user: User, **_: Any) -> None:
    access = getattr(request, "access", None)
    services.record(request, Verb.CONFIRMATION_ASKED, user, access=access)


def _browser_ended(request: HttpRequest, user: User, browser: UserSession, **_: Any) -> None:
    about = " ".join([browser.ip, *browser_of(browser.user_agent)])
    services.record(request, Verb.BROWSER_ENDED, user, about=about)


def _timed_out(request: HttpRequest, user: User, **_: Any) -> None:
    services.record(request, Verb.TIMED_OUT, user)
