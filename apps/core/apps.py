"""What every app may use: typed requests, fields, middleware helpers. It has no models."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"
