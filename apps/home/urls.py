"""Addresses of the company home and of the help."""

from django.urls import path

from apps.home import views

COMPANY = "companies/<business_id:business_id>/"

urlpatterns = [
    path(COMPANY, views.company_home, name="company_home"),
    path(f"{COMPANY}help/", views.company_help, name="company_help"),
    path("help/", views.general_help, name="help"),
]
