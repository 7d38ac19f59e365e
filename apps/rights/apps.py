"""The rights page, and every change of rights."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "apps.rights"
