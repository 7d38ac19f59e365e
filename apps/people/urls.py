"""Addresses of users and roles, and of invitations."""

from django.urls import path

from apps.core import converters  # noqa: F401 - registers row_number
from apps.people import accepting, views

COMPANY = "companies/<business_id:business_id>/users/"

urlpatterns = [
    path(COMPANY, views.users, name="users"),
    path(f"{COMPANY}invite/", views.invite_user, name="invite_user"),
    path(f"{COMPANY}<row_number:member>/", views.edit_user, name="edit_user"),
    path(f"{COMPANY}<row_number:member>/remove/", views.remove_user, name="remove_user"),
    path(f"{COMPANY}<row_number:member>/copy/", views.copy_rights, name="copy_rights"),
    path(
        f"{COMPANY}invitations/<row_number:invitation>/send/",
        views.send_again,
        name="send_invitation_again",
    ),
    path(
        f"{COMPANY}invitations/<row_number:invitation>/withdraw/",
        views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("invitations/", accepting.accept_invitation, name="accept_invitation"),
    path("invitations/<slug:token>/", accepting.invitation, name="invitation"),
]
