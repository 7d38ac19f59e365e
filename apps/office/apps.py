"""Pages that join several apps: the company home, and later people, clients and history."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "apps.office"
