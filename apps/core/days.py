"""When a day begins and ends, in the server's time zone: on two nights a year not 24 hours apart."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone


def start_of(day: date) -> datetime:
    """Return the first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """Return the first moment after a day."""
    return start_of(day + timedelta(days=1))


def month_of(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def told(stored: datetime | str) -> datetime:
    """Return a moment that a database told, with its zone: SQLite keeps a text in UTC and does not say so."""
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at if at.tzinfo else at.replace(tzinfo=UTC)
