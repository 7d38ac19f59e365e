"""What was changed in a company, by whom, and undoing it."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "apps.history"
