"""Addresses of the rights page, below ``companies/<business id>/interface-resources/``."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers public_id
from apps.rights import views

urlpatterns = [
    path("", views.rights, name="rights"),
    path("set/", views.set_rights, name="set_rights"),
    path("undo/", views.undo_rights, name="undo_rights"),
    path("filter/", views.filter_rights, name="filter_rights"),
    path("block-traffic/", views.block_traffic, name="block_traffic"),
    path("csv/", views.rights_csv, name="rights_csv"),
    path("ask/", views.ask_general, name="ask_general"),
    path("about/", views.about_resource, name="about_resource"),
    path("row/", views.row, name="rights_row"),
    path("search/", views.search, name="search_integrations"),
    path("find/", views.find, name="find_integration"),
    path("<public_id:public_id>/", views.rights, name="integration_rights"),
    path("<public_id:public_id>/csv/", views.rights_csv, name="integration_rights_csv"),
    path("<public_id:public_id>/set/", views.set_rights, name="integration_set_rights"),
    path("<public_id:public_id>/undo/", views.undo_rights, name="integration_undo_rights"),
    path("<public_id:public_id>/filter/", views.filter_rights, name="integration_filter_rights"),
    path("<public_id:public_id>/about/", views.about_integration, name="about_integration"),
]
