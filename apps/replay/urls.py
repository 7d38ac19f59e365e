"""Addresses of what stops an identifier, below a company."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers row_number
from apps.replay import views

urlpatterns = [
    path(
        "api-identifiers/<row_number:pk>/deactivate/",
        views.deactivate_identifier,
        name="deactivate_identifier",
    ),
    path("api-identifiers/<row_number:pk>/stop/", views.stop_identifier, name="stop_identifier"),
]
