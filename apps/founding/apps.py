"""The first people of a company or an office, and loading thousands from files."""

from django.apps import AppConfig


class FoundingConfig(AppConfig):
    name = "apps.founding"
