"""Sign-in, password and language. The names are those that allauth expects."""

from allauth.account import views as allauth
from django.urls import path

from apps.accounts import views

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
]
