"""When a job that failed is tried again, and until when."""

from datetime import datetime, timedelta

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
TRIED_FOR = timedelta(days=1)
GONE_AFTER = timedelta(minutes=1)
"""A worker that was not seen for so long is gone, and what it had in hand is done again."""


def next_try(*, queued: datetime, failed: datetime, tries: int) -> datetime | None:
    """Return when a job runs again: the pauses double, up to an hour, for a day; then never."""
    doubled = FIRST_PAUSE * 2 ** min(tries - 1, 10)
    again = failed + min(doubled, LONGEST_PAUSE)
    return again if again <= queued + TRIED_FOR else None
