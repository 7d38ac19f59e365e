"""The demo world: fictional companies, and people named by what they may do."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "apps.demo"
