"""What was asked of the interface and how it was answered, and why a call passes or does not."""

from django.apps import AppConfig


class ReplayConfig(AppConfig):
    name = "apps.replay"
