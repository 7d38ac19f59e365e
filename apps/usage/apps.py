"""The log of the interface's traffic, and what was counted of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsageConfig(AppConfig):
    name = "apps.usage"
    verbose_name = _("Usage")
