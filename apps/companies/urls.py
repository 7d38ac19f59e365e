"""Addresses for choosing a company."""

from django.urls import path

from apps.companies import views

urlpatterns = [
    path("", views.home, name="home"),
    path("companies/", views.companies, name="companies"),
    path("companies/switcher/", views.switcher, name="switcher"),
]
