"""Lost second factors: a colleague asks, the holder confirms, a day later they are taken away."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecoveryConfig(AppConfig):
    name = "apps.recovery"
    verbose_name = _("Lost second factors")
