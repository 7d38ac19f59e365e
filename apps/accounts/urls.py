"""Sign-in, password and language. The names are those that allauth expects."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from apps.accounts import provider, views
from apps.accounts.reauthentication import factor_again

FACTOR = "accounts/second-factor/"

urlpatterns = [
    path("language/", views.choose_language, name="choose_language"),
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/session/", views.session, name="session"),
    path("accounts/security/", views.security, name="account_security"),
    path("accounts/security/end/", views.end_browsers, name="end_browsers"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/reset/", views.reset_password, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        views.reset_password_done,
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/key/<slug:uidb64>/<slug:token>/",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        views.new_password_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/provider/<slug:provider_id>/", provider.sign_in, name="openid_connect_login"),
    path(
        "accounts/provider/<slug:provider_id>/back/",
        provider.come_back,
        name="openid_connect_callback",
    ),
    path(FACTOR, mfa.index, name="mfa_index"),
    path(f"{FACTOR}confirm/", mfa.authenticate, name="mfa_authenticate"),
    path(f"{FACTOR}remember/", mfa.trust, name="mfa_trust"),
    path(f"{FACTOR}again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(f"{FACTOR}app/", factor_again(totp.activate_totp), name="mfa_activate_totp"),
    path(f"{FACTOR}app/remove/", factor_again(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        f"{FACTOR}codes/", factor_again(codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        f"{FACTOR}codes/new/",
        factor_again(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        f"{FACTOR}passkeys/",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    path(f"{FACTOR}passkeys/add/", factor_again(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        f"{FACTOR}passkeys/again/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        f"{FACTOR}passkeys/sign-in/",
        login_not_required(passkeys.login_webauthn),
        name="mfa_login_webauthn",
    ),
    path(
        f"{FACTOR}passkeys/<int:pk>/remove/",
        factor_again(views.to_passkeys(passkeys.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
]
