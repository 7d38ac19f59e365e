"""Mails about calls that were refused. None holds a Key or a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from apps.accounts.models import User
from apps.calls import texts
from apps.calls.reads import Told
from apps.companies.models import Company
from apps.core.mails import Receiver, deliver
from apps.usage.texts import UNLISTED_CUSTOM

MOST = 50
"""So many refusals are named in one mail."""


@dataclass(frozen=True)
class Line:
    """Calls of one integration that were refused for one reason, in the language of the reader."""

    told: Told

    @property
    def name(self) -> str:
        """The integration's name, as far as the company may know it (docs/decisions/004)."""
        return self.told.integration.name if self.told.integration else str(UNLISTED_CUSTOM)

    @property
    def reason(self) -> str:
        """Why they were refused."""
        return texts.reason(self.told.reason)


def tell_of_refusals(person: User, day: date, told: Sequence[Told]) -> None:
    """Tell somebody what was refused on a day that had passed before."""
    by_company: list[tuple[Company, list[Line]]] = [
        (company, [Line(one) for one in lines])
        for company, lines in groupby(told[:MOST], key=lambda one: one.company)
    ]
    context = {"day": day, "companies": by_company, "more": max(len(told) - MOST, 0)}
    deliver(Receiver.of(person), "calls/mail/refused.txt", context)
