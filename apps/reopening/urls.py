"""Addresses of Review and reopen, below ``companies/<business id>/interface-resources/reopen/``."""

from django.urls import path

from apps.reopening import views
from apps.reopening.rules import Answer

REOPEN, LEAVE = {"answer": Answer.REOPEN}, {"answer": Answer.LEAVE}

urlpatterns = [
    path("", views.review, name="reopen"),
    path("ask/", views.ask, REOPEN, name="ask_reopen"),
    path("ask-leave/", views.ask, LEAVE, name="ask_leave"),
    path("ask-several/", views.ask_several, name="ask_reopen_several"),
    path("allow-several/", views.reopen_several, name="reopen_several"),
    path("allow/", views.give, REOPEN, name="reopen_rights"),
    path("leave/", views.give, LEAVE, name="leave_blocked"),
]
