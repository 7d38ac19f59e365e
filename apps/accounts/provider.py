"""Signing in by the organisation's own OpenID Connect provider, off unless it is configured.

The provider only says whose verified email address it is: nobody gets an account by it, and
nothing about it is kept. Its ID token alone counts, and its signature is always checked.
"""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
    OAuth2View,
)
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from apps.accounts import factors, reads, texts
from apps.accounts.models import User
from apps.accounts.reads import GIVEN
from apps.accounts.rules import given_at, is_multi_factor
from apps.core.text import one_spelling

logger = logging.getLogger(__name__)
PROVIDER = "own"
"""How the one provider is called in addresses."""
TOLD = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
"""What is needed of its metadata."""


class SignedTokens(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the signature of tokens that came over TLS too, and whose the metadata are."""

    def get_provider(self) -> Any:
        """Return the provider, which asks this adapter at the first step too."""
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)
        return provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider tells of itself; raises OAuth2Error where that is no good.

        It is another's, or lacks what is asked for (OpenID Connect Discovery 1.0, 3 and 4.3); its
        tokens are then those of the same issuer.
        """
        try:
            told: dict[str, Any] = super().openid_config
            issuer, *_ = [told[name] for name in TOLD]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("these are no metadata") from error
        if issuer != settings.OIDC_ISSUER:
            logger.error("OIDC_ISSUER is not the issuer that its metadata name")
            raise OAuth2Error("these metadata are another issuer's")
        return told

    @property
    def did_fetch_access_token(self) -> bool:
        return False

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, fetched: bool) -> None:
        """Leave it: a token is checked however it came."""

    def complete_login(self, *args: Any, **kwargs: Any) -> SocialLogin:
        """Read the token; raises OAuth2Error for one that is of another form, too."""
        try:
            return super().complete_login(*args, **kwargs)
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the token cannot be read") from error


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets in whom we know already."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person by verified email; raises ImmediateHttpResponse where there is none."""
        claims = claims_of(sociallogin)
        email = one_spelling(str(claims.get("email", "")))
        is_sign_in = sociallogin.state.get("process") == "login"
        user = reads.with_email(email) if claims.get("email_verified") is True else None
        if user is None or not is_sign_in:
            user_login_failed.send(__name__, credentials={"email": email}, request=request)
            refuse(request, texts.UNKNOWN_TO_US)
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> NoReturn:
        """Lead back to the other ways of signing in; raises ImmediateHttpResponse."""
        refuse(request, texts.PROVIDER_FAILED)


def refuse(request: HttpRequest, why: Any) -> NoReturn:
    """Say on the sign-in page why nobody was signed in; raises ImmediateHttpResponse."""
    messages.error(request, why)
    raise ImmediateHttpResponse(redirect("account_login"))


def claims_of(sociallogin: SocialLogin | None) -> dict[str, Any]:
    """Return what the provider's ID token says; nothing of somebody who came another way."""
    claims: dict[str, Any] = (
        sociallogin.account.extra_data.get("id_token", {}) if sociallogin else {}
    )
    return claims


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for a second factor, unless the provider says that it did."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        claims = claims_of((self.login.signal_kwargs or {}).get("sociallogin"))
        if is_multi_factor(claims):
            return None, True
        asked: tuple[HttpResponse | None, bool] = super().handle()
        return asked


def signed_in(
    request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **_: Any
) -> None:
    """Let what was given at the provider count as given here, from the moment that it says.

    Its second factor counts as ours, if it says that there was one.
    """
    claims = claims_of(sociallogin)
    if sociallogin:
        request.session[GIVEN] = given_at(claims)
    if is_multi_factor(claims):
        factors.prove(request, user, given_at(claims))


user_logged_in.connect(signed_in)


@login_not_required
@require_POST
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider, or say that it does not answer."""
    return _walked(OAuth2LoginView, request)


@login_not_required
@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in whoever comes back from the provider."""
    return _walked(OAuth2CallbackView, request)


def _walked(step: type[OAuth2View], request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        answer: HttpResponse = step.adapter_view(SignedTokens(request, PROVIDER))(request)
    except (OAuth2Error, RequestException):
        messages.error(request, texts.PROVIDER_FAILED)
        return redirect("account_login")
    return answer
