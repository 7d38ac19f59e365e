"""Every address of the product, app by app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("apps.accounts.urls")),
    path("", include("apps.companies.urls")),
    path("", include("apps.office.urls")),
    path("companies/<str:business_id>/interface-resources/", include("apps.resources.urls")),
    path("admin/", admin.site.urls),
]
handler403 = "apps.core.views.forbidden"
