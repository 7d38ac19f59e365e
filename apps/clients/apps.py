"""The client companies of an accounting office, and what needs attention in each."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "apps.clients"
