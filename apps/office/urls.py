"""Addresses of pages that join several apps."""

from django.urls import include, path

from apps.office import views

urlpatterns = [
    path("companies/<business_id:business_id>/", views.company_home, name="company_home"),
    path("office/", include("apps.office.clients.urls")),
    path("office/rights/", include("apps.office.bulk.urls")),
    path(
        "companies/<business_id:business_id>/interface-resources/reopen/",
        include("apps.office.reopen.urls"),
    ),
    path("", include("apps.office.users.urls")),
    path("companies/<business_id:business_id>/history/", include("apps.office.history.urls")),
]
