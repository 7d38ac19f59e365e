"""Django's own check, which asks about the gateway's settings too.

Only ``check`` does: a wrong setting refuses every request of the interface, but Django's other
commands, and the pages, need none of them. Were it asked wherever Django checks, it would stop
``run_bulk``, ``remind``, ``createsuperuser`` and ``runserver`` as well.
"""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.management.commands import check

from apps.gateway.installation import SettingsError, read


class Command(check.Command):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        register(settings_are_whole)
        super().handle(*app_labels, **options)


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
