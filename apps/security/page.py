"""What the pages of the security record show, and their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise

from apps.accounts.texts import browser
from apps.audit.models import name_in
from apps.companies.models import Company
from apps.core.lists import written
from apps.core.paging import Page
from apps.security.models import SecurityEvent
from apps.security.texts import (
    COMPANY_HEADING,
    COMPANY_SAID,
    OWN_HEADING,
    OWN_SAID,
    WORDS,
    told,
)

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
        about, address, by = _shown(event)
        details = [about, event.company, address, browser(by) if by else ""]
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


@dataclass(frozen=True)
class Head:
    """What stands above a record, and where it and its file are."""

    heading: str | Promise
    said: str | Promise
    here: str
    csv: str
    is_own: bool

    @classmethod
    def own(cls) -> Head:
        """Return the head of one's own record."""
        here, csv = reverse("own_record"), reverse("own_record_csv")
        return cls(OWN_HEADING, OWN_SAID, here, csv, is_own=True)

    @classmethod
    def of_company(cls, company: Company) -> Head:
        """Return the head of a company's record."""
        here, csv = (reverse(name, args=[company.business_id]) for name in ("record", "record_csv"))
        return cls(COMPANY_HEADING, COMPANY_SAID, here, csv, is_own=False)


def table(events: Iterable[SecurityEvent]) -> Iterable[list[object]]:
    """Yield events as rows of a file."""
    for event in events:
        what, (about, address, by) = WORDS.get(event.verb, event.verb), _shown(event)
        yield [event.at, what, about, event.person, event.company, address, by]


def _shown(event: SecurityEvent) -> tuple[str, str, str]:
    """Return what an event was about, network address and browser, unless they are private."""
    about = told(event.about)
    if event.is_private:
        return about if event.company_id else "", "", ""
    return about, event.address or "", event.browser
