"""Every address of the product, app by app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from apps.core import views as core

to_administration = RedirectView.as_view(pattern_name="admin:index")
# Its own page would take a password alone, somebody else's too.
admin.site.login = login_not_required(secure_admin_login(to_administration))  # type: ignore[method-assign]

COMPANY = "companies/<business_id:business_id>/"

urlpatterns = [
    path("", include("apps.accounts.urls")),
    path(".well-known/security.txt", core.security_txt, name="security_txt"),
    path("shortcuts/", core.shortcuts, name="shortcuts"),
    path("", include("apps.companies.urls")),
    path("", include("apps.security.urls")),
    path("", include("apps.home.urls")),
    path("", include("apps.gateway.urls")),
    path(f"{COMPANY}interface-resources/", include("apps.rights.urls")),
    path(f"{COMPANY}interface-resources/reopen/", include("apps.reopening.urls")),
    path(f"{COMPANY}history/", include("apps.history.urls")),
    path(f"{COMPANY}calls/", include("apps.calls.urls")),
    path(f"{COMPANY}receipts/", include("apps.receipts.urls")),
    path(COMPANY, include("apps.identifiers.urls")),
    path(COMPANY, include("apps.replay.urls")),
    path("", include("apps.people.urls")),
    path("", include("apps.recovery.urls")),
    path("office/", include("apps.clients.urls")),
    path("office/rights/", include("apps.bulk.urls")),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="admin_password",
    ),
    path("admin/", admin.site.urls),
]
handler403 = "apps.core.views.forbidden"
handler429 = "apps.core.views.too_many"
handler500 = "apps.core.views.failed"
