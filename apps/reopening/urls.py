"""Addresses of Review and reopen, below ``companies/<business id>/interface-resources/reopen/``."""

from django.urls import path

from apps.reopening import views

urlpatterns = [
    path("", views.review, name="reopen"),
    path("ask/", views.ask_reopen, name="ask_reopen"),
    path("ask-leave/", views.ask_leave, name="ask_leave"),
    path("allow/", views.reopen, name="reopen_rights"),
    path("leave/", views.leave, name="leave_blocked"),
]
