"""The yearly review: what an integration may do and did, and whether that is still right."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "apps.receipts"
