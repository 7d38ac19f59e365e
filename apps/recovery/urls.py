"""Addresses about lost second factors."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers row_number
from apps.recovery import views

MEMBER = "companies/<business_id:business_id>/users/<row_number:member>/second-factor/"

urlpatterns = [
    path(MEMBER, views.lost_factor, name="lost_factor"),
    path(f"{MEMBER}cancel/", views.cancel_reset, name="cancel_reset"),
    path("accounts/lost/<slug:token>/", views.confirm_reset, name="confirm_reset"),
]
