"""Addresses for choosing a company."""

from django.urls import path, register_converter

from apps.companies import views
from apps.companies.fields import BusinessId

register_converter(BusinessId, "business_id")

urlpatterns = [
    path("", views.home, name="home"),
    path("companies/", views.companies, name="companies"),
    path("companies/switcher/", views.switcher, name="switcher"),
]
