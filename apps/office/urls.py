"""Addresses of pages that join several apps."""

from django.urls import path

from apps.office import views

urlpatterns = [
    path("companies/<str:business_id>/", views.company_home, name="company_home"),
]
