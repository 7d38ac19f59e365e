"""Addresses of the change history, below ``companies/<business id>/history/``."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers row_number
from apps.history import views

urlpatterns = [
    path("", views.history, name="history"),
    path("csv/", views.history_csv, name="history_csv"),
    path("put-back/", views.put_back, name="put_back"),
    path("allow-again/<row_number:pk>/", views.allow_again, name="allow_again"),
    path("rights/", views.rights_on, name="rights_on"),
    path("rights/csv/", views.rights_on_csv, name="rights_on_csv"),
]
