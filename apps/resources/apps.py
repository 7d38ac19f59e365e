"""The catalogue of interface resources and integrations, and the rights to use them."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "apps.resources"
    verbose_name = "Interface resources"
