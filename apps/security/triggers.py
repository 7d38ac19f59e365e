"""The databases' own refusal to change a security event, or to forget it early."""

from typing import Any

from apps.core.triggers import make_final
from apps.security.rules import KEPT_DAYS

OLD_ENOUGH = f"""
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT_DAYS} days' THEN
        RETURN OLD;
    END IF;"""


def make_append_only(using: str, **_: Any) -> None:
    """Make PostgreSQL refuse UPDATE, and DELETE of what is younger than it is kept."""
    make_final(
        using,
        "security_securityevent",
        name="security_event_is_final",
        told="security events are append-only",
        unless=OLD_ENOUGH,
    )
