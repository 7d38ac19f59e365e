"""Addresses of the calls of the interface, below ``companies/<business id>/calls/``."""

from django.urls import path

from apps.calls import views

urlpatterns = [
    path("", views.calls, name="calls"),
    path("check/", views.check_call, name="check_call"),
]
