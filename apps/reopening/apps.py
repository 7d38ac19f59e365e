"""Reviewing what a block of all API traffic closed, and reopening it."""

from django.apps import AppConfig


class ReopeningConfig(AppConfig):
    name = "apps.reopening"
