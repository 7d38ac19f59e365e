"""The gateway's question: may this request of the interface pass?"""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register
from django.utils.translation import gettext_lazy as _

from apps.gateway.installation import SettingsError, read


class GatewayConfig(AppConfig):
    name = "apps.gateway"
    verbose_name = _("Gateway")


@register(deploy=True)
def settings_are_whole(**_: Any) -> list[Error]:
    """Say what is missing or wrong; the pages work without, the gateway's question does not."""
    try:
        read(**settings.GATEWAY)
    except SettingsError as error:
        return [
            Error(problem, id=f"gateway.E{number:03}")
            for number, problem in enumerate(str(error).splitlines(), start=1)
        ]
    return []
