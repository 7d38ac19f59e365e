"""Addresses of the calls of the interface, below ``companies/<business id>/calls/``."""

from django.urls import path

from apps.calls import views

urlpatterns = [
    path("", views.calls, name="calls"),
    path("csv/", views.calls_csv, name="calls_csv"),
    path("allow/", views.allow_refused, name="allow_refused"),
    path("block-unused/", views.block_unused, name="block_unused"),
    path("mails/", views.mail_refusals, name="mail_refusals"),
    path("undo/", views.undo_calls, name="undo_calls"),
    path("check/", views.check_call, name="check_call"),
    path("check/signature/", views.check_signature, name="check_signature"),
]
