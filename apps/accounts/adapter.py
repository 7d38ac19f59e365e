"""How allauth behaves here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages import get_messages
from django.dispatch import Signal
from django.http import HttpRequest

from apps.accounts import factors, texts
from apps.accounts.models import User
from apps.core.limits import Full, Limit, give_back, network_of
from apps.core.text import one_spelling

locked_out = Signal()
"""Sent with request and email when somebody tried too often to sign in."""
ONE_ACCOUNT = Limit("sign_in:account_from_address", 5, timedelta(minutes=5))
"""Small, and by address as well: whoever guesses locks themselves out, not the owner."""
ANY_ADDRESS = Limit("sign_in:account", 100, timedelta(hours=1))
ANY_ACCOUNT = Limit("sign_in:address", 20, timedelta(minutes=1))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people are invited to a company."""

    error_messages = {**DefaultAccountAdapter.error_messages, **texts.ERRORS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return one_spelling(email)

    def get_login_stages(self) -> list[str]:
        """Return the steps of signing in, with our own where a second factor is asked for."""
        own = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.provider.FactorStage"}
        return [own.get(step, step) for step in super().get_login_stages()]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in somebody who passed every stage: a factor was asked for if there is one."""
        super().login(request, user)
        if factors.has_factor(user):
            used = [one for one in get_authentication_records(request, user) if "type" in one]
            factors.prove(request, user, max((one["at"] for one in used), default=0))

    def logout(self, request: HttpRequest) -> None:
        """Sign out; what was not read yet is read by nobody."""
        list(get_messages(request))
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try; raises ValidationError, which says when to try again, after too many."""
        account = one_spelling(credentials.get("email", ""))
        network = network_of(self.get_client_ip(request))
        try:
            self.taken = [
                ONE_ACCOUNT.take(account, network),
                ANY_ACCOUNT.take(network),
                ANY_ADDRESS.take(account),
            ]
        except Full as full:
            locked_out.send(type(self), request=request, email=account)
            raise forms.ValidationError(texts.too_often(full.free_at)) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return whose email and password these are; only wrong ones are counted."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user:
            give_back(self.taken)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Tell whether a signed-in person gave their own password; tries count as at sign-in."""
        return self.authenticate(self.request, email=user.email, password=password) == user


def forget_tries(email: str) -> None:
    """Let somebody whose password is new sign in, however often the old one was tried."""
    network = network_of(get_adapter().get_client_ip(context.request))
    ONE_ACCOUNT.forget(email, network)
    ANY_ADDRESS.forget(email)
