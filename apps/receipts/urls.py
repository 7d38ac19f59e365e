"""Addresses of the yearly review, below ``companies/<business id>/receipts/``."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers public_id
from apps.receipts import views

urlpatterns = [
    path("", views.receipts, name="receipts"),
    path("<public_id:public_id>/", views.receipt, name="receipt"),
    path("<public_id:public_id>/still-right/", views.still_right, name="still_right"),
]
