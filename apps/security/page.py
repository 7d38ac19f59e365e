"""What the pages of the security record show, and their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import formats, timezone

from apps.accounts.texts import browser
from apps.audit.models import name_in
from apps.core.lists import written
from apps.core.paging import Page
from apps.security.models import SecurityEvent
from apps.security.texts import WORDS, told

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One event; ``details`` say what it was about, where, and from where it came."""

    at: datetime
    time: str
    person: str
    what: str
    details: list[str]

    @classmethod
    def of(cls, event: SecurityEvent) -> Line:
        """Lay out an event."""
        by = browser(event.browser) if event.browser else ""
        details = [told(event.about), event.company, event.address or "", by]
        time = formats.time_format(timezone.localtime(event.at))
        what = str(WORDS.get(event.verb, event.verb))
        return cls(event.at, time, name_in(event.person), what, list(filter(None, details)))


@dataclass(frozen=True)
class RecordPage:
    """Some lines under their days; ``after`` is the key of the next page."""

    days: list[tuple[str, list[Line]]]
    after: str

    @classmethod
    def of(cls, page: Page[SecurityEvent]) -> RecordPage:
        """Put events, newest first, under their days."""
        of_day = groupby(map(Line.of, page.rows), lambda line: timezone.localdate(line.at))
        days = [(formats.date_format(day), list(lines)) for day, lines in of_day]
        return cls(days, written(page.next_key))


def table(events: Iterable[SecurityEvent]) -> Iterable[list[object]]:
    """Yield events as rows of a file."""
    for event in events:
        what = WORDS.get(event.verb, event.verb)
        of_person = [event.person, event.company, event.address, event.browser]
        yield [event.at, what, told(event.about), *of_person]
