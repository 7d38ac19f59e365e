"""Addresses of Review and reopen, below ``companies/<business id>/interface-resources/reopen/``."""

from django.urls import path

from apps.office.reopen import views

urlpatterns = [
    path("", views.review, name="reopen"),
    path("ask/", views.ask, name="ask_reopen"),
    path("allow/", views.reopen, name="reopen_rights"),
    path("leave/", views.leave, name="leave_blocked"),
]
