"""The same rights for many client companies: preview, run in steps, put back."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "apps.bulk"
