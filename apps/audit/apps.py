"""The record of every change."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.audit.sets import teach_sqlite
from apps.audit.triggers import make_append_only


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = _("Change history")

    def ready(self) -> None:
        # After every migration, so that none can leave the table without its trigger.
        post_migrate.connect(make_append_only, sender=self)
        connection_created.connect(teach_sqlite)
