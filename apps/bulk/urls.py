"""Addresses of bulk rights, below ``office/rights/``."""

from django.urls import path

from apps.bulk import views

urlpatterns = [
    path("", views.bulk, name="bulk"),
    path("<uuid:change>/", views.bulk_change, name="bulk_change"),
    path("<uuid:change>/start/", views.start_bulk, name="start_bulk"),
    path("<uuid:change>/progress/", views.bulk_progress, name="bulk_progress"),
    path("<uuid:change>/stop/", views.stop_bulk, name="stop_bulk"),
    path("<uuid:change>/go-on/", views.resume_bulk, name="resume_bulk"),
    path("<uuid:change>/put-back/", views.put_back_bulk, name="put_back_bulk"),
    path("<uuid:change>/csv/", views.bulk_csv, name="bulk_csv"),
]
