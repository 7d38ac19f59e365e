"""The tables of the pages that join several apps, gathered from their packages."""

from apps.office.users.models import Invitation

__all__ = ["Invitation"]
