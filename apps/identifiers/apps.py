"""API identifiers: a person's User IDs and Keys, which sign API requests."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.identifiers.triggers import keep_deactivated


class IdentifiersConfig(AppConfig):
    name = "apps.identifiers"
    verbose_name = _("API identifiers")

    def ready(self) -> None:
        # After every migration, so that none can leave the table without its trigger.
        post_migrate.connect(keep_deactivated, sender=self)
