"""Addresses of the security record."""

from django.urls import path

from apps.security import views

urlpatterns = [
    path("accounts/events/", views.own, name="own_record"),
    path("accounts/events/csv/", views.own_csv, name="own_record_csv"),
    path("companies/<business_id:business_id>/sign-ins/", views.of_company, name="record"),
    path(
        "companies/<business_id:business_id>/sign-ins/days/",
        views.factor_days,
        name="factor_days",
    ),
    path(
        "companies/<business_id:business_id>/sign-ins/csv/",
        views.of_company_csv,
        name="record_csv",
    ),
]
