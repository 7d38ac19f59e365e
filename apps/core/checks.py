"""What must be right before the server starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

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
