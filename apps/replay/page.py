"""What is shown of a replay before a change, or after one that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from apps.companies.models import Company
from apps.replay import texts
from apps.replay.reads import Found

NAMED = 2
"""How many kinds of calls one sentence names."""


@dataclass(frozen=True)
class WouldRefuse:
    """What a change would have refused; ``young`` says what the log cannot know.

    ``lines`` name what was used, what was used least often first.
    """

    said: str
    warns: bool
    lines: Sequence[str]
    young: str

    @classmethod
    def of(cls, found: Found) -> WouldRefuse:
        """Lay out a replay; its lines are for those who may know what is used."""
        replay = found.replay
        is_young = bool(replay.total) and replay.is_young(timezone.localdate())
        return cls(
            said=" ".join(filter(None, [texts.said(replay), texts.stopped(replay)])),
            warns=bool(replay.refused),
            lines=lines_of(found),
            young=str(texts.YOUNG) if is_young else "",
        )


@dataclass(frozen=True)
class Losing:
    """A company in which calls so far would have been refused, and which."""

    business_id: str
    name: str
    said: str


def losing_in(companies: Iterable[Company], found: Mapping[int, Found]) -> list[Losing]:
    """Return those of some companies in which calls would have been refused, in their order."""
    return [
        Losing(one.business_id, one.name, in_one(found[one.pk]))
        for one in companies
        if one.pk in found
    ]


def lines_of(found: Found, most: int | None = None) -> list[str]:
    """Return the kinds of calls that would have been refused, at most so many."""
    return [
        texts.line(
            lost,
            texts.name_of(
                found.known.integrations.get(lost.integration),
                listed=lost.integration in found.listed,
            ),
            texts.resource_of(found.known, lost.resource),
        )
        for lost in (found.replay.lost[:most] if found.is_told else ())
    ]


def in_one(found: Found) -> str:
    """Return it as one sentence to follow another; nothing where nothing would be refused."""
    replay, others = found.replay, len(found.replay.lost) - NAMED
    if not replay.refused:
        return ""
    rest = [texts.more(others)] if others > 0 and found.is_told else []
    said = texts.in_one(replay, [*lines_of(found, NAMED), *rest])
    is_young = replay.is_young(timezone.localdate())
    return f"{said} {texts.YOUNG}" if is_young else said
