"""Addresses of client companies, below the office."""

from django.urls import path

from apps.clients import views

urlpatterns = [
    path("", views.client_companies, name="office"),
    path("csv/", views.client_companies_csv, name="office_csv"),
    path("new/", views.new_client, name="new_client"),
]
