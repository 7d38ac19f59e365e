"""Every address of the product, app by app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("apps.accounts.urls")),
    path("", include("apps.companies.urls")),
    path(
        "companies/<business_id:business_id>/interface-resources/", include("apps.resources.urls")
    ),
    path("", include("apps.office.urls")),
    path("companies/<business_id:business_id>/", include("apps.identifiers.urls")),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="admin_password",
    ),
    path("admin/", admin.site.urls),
]
handler403 = "apps.core.views.forbidden"
