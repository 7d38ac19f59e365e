"""What must be right before the server starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from apps.core.fields import keyring


@register(Tags.security)
def field_keys(**_: Any) -> list[CheckMessage]:
    """Refuse keys that cannot encrypt, instead of failing at the first partner key."""
    try:
        keyring()
    except ValueError:
        return [Error("FIELD_KEYS must hold Fernet keys, newest first.", id="rights.E001")]
    return []


@register(Tags.security, deploy=True)
def mail(**_: Any) -> list[CheckMessage]:
    """Warn of links to reset passwords that would be printed into the server's log."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        return [Warning("Mail goes to the console: set EMAIL_URL.", id="rights.W001")]
    return []


@register(Tags.security, deploy=True)
def proxy(**_: Any) -> list[CheckMessage]:
    """Warn of a server that would redirect every request to itself for ever."""
    if settings.HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return [Warning("HTTPS without a proxy: set TRUSTED_PROXY_COUNT.", id="rights.W002")]
    return []


@register(Tags.security, deploy=True)
def sender(**_: Any) -> list[CheckMessage]:
    """Warn of mails that nobody can answer, and that many servers refuse."""
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        return [Warning("Mail comes from localhost: set DEFAULT_FROM_EMAIL.", id="rights.W003")]
    return []


@register(Tags.security, deploy=True)
def database(**_: Any) -> list[CheckMessage]:
    """Refuse to serve as the owner, whom neither the audit's grants nor its triggers bind."""
    if connection.vendor != "postgresql":
        return [Warning("The database is SQLite: set DATABASE_URL.", id="rights.W004")]
    if settings.ALLOW_OWNER:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(OWNS)
            owns = cursor.fetchone()[0]
    except DatabaseError:
        return [Error("The database of DATABASE_URL does not answer.", id="rights.E003")]
    told = "The database is used as its owner: see grant_roles, or set ALLOW_OWNER=on."
    return [Error(told, id="rights.E002")] if owns else []


OWNS = """
    SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR EXISTS (
        SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE n.nspname = current_schema() AND pg_has_role(current_user, relowner, 'USAGE')
    )
"""
