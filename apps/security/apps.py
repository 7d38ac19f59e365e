"""The record of signing in, and of what is taken out."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.security.triggers import make_append_only


class SecurityConfig(AppConfig):
    name = "apps.security"
    verbose_name = _("Security record")

    def ready(self) -> None:
        from apps.security import receivers

        receivers.connect()
        # After every migration, so that none can leave the table without its trigger.
        post_migrate.connect(make_append_only, sender=self)
