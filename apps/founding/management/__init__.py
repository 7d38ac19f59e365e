"""What operators' commands share."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable

from django.conf import settings
from django.core.management.base import CommandError


def add_site(parser: ArgumentParser) -> None:
    """Let the operator say where people reach the pages."""
    parser.add_argument("--site", default="", help="where people open the pages: https://…")


def site_of(given: str) -> str:
    """Return where links in mails lead; raises CommandError unless it is given or set."""
    if given.startswith(("https://", "http://")):
        return given.rstrip("/") + "/"
    hosts = [host for host in settings.ALLOWED_HOSTS if host.strip("*.")]
    if given or not hosts:
        raise CommandError("Say by --site where people open the pages, such as https://example.fi")
    return f"{'https' if settings.HTTPS else 'http'}://{hosts[0].lstrip('.')}/"


def refuse(mistakes: Iterable[str]) -> CommandError:
    """Return the error that tells every mistake, one a line."""
    told = list(mistakes)
    return CommandError("\n".join([*told, f"Nothing was changed. Mistakes: {len(told)}"]))
