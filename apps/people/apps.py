"""The people of a company: inviting, copying, editing, ending."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "apps.people"
