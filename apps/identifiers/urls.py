"""Addresses of identifiers, below a company."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers row_number
from apps.identifiers import views

API, EXCEL = {"page": views.API}, {"page": views.EXCEL}

urlpatterns = [
    path("excel-identifiers/", views.identifiers, EXCEL, name="excel_identifiers"),
    path(
        "excel-identifiers/create/", views.create_identifier, EXCEL, name="create_excel_identifier"
    ),
    path("api-identifiers/", views.identifiers, API, name="api_identifiers"),
    path("api-identifiers/create/", views.create_identifier, API, name="create_identifier"),
    path("api-identifiers/<row_number:pk>/", views.api_identifier, name="api_identifier"),
    path("api-identifiers/<row_number:pk>/key/", views.show_key, name="show_key"),
    path("api-identifiers/<row_number:pk>/key/copy/", views.copy_key, name="copy_key"),
    path(
        "api-identifiers/<row_number:pk>/about/",
        views.describe_identifier,
        name="describe_identifier",
    ),
    path("api-identifiers/<row_number:pk>/edit/", views.edit_identifier, name="edit_identifier"),
    path("api-identifiers/<row_number:pk>/pause/", views.pause_identifier, name="pause_identifier"),
    path(
        "api-identifiers/<row_number:pk>/resume/", views.resume_identifier, name="resume_identifier"
    ),
    path(
        "api-identifiers/<row_number:pk>/replace/",
        views.replace_identifier,
        name="replace_identifier",
    ),
    path("api-identifiers/<row_number:pk>/allow/", views.allow_identifier, name="allow_identifier"),
]
