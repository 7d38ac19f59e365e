"""What the history and the rights on a date show, as pages and as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import GENERAL, AuditEvent, name_in
from apps.core.lists import written
from apps.core.paging import Key
from apps.history import rules, texts
from apps.history.reads import Census, Group
from apps.history.rules import BEGINNINGS, STOP, Kind, Offer
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import EVERYTHING, ResourceSet
from apps.rights.rules import CLOSE, LEAVE
from apps.rights.texts import name_of

PAGE_SIZE = 50
Resources = list[tuple[str, list[InterfaceResource]]]
"""Resources under their headings."""
Rights = Iterable[tuple[Integration | None, ResourceSet]]
"""What is allowed by the general access rights, and to integrations."""


class May(NamedTuple):
    """What somebody may do about a change: put rights back, allow stopped identifiers again."""

    edit_rights: bool = False
    oversee_identifiers: bool = False


LOOKS_ONLY = May()


@dataclass(frozen=True)
class Line:
    """One event, or several of one company that were made as one: then each is of its ``parts``.

    ``about`` is the number of its subject, ``lately`` the time in short; ``details`` are the
    actor, the ``changes`` and the rest.
    """

    number: int
    about: int | None
    at: datetime
    time: str
    lately: str
    actor: str
    subject: str
    what: str
    changes: list[str]
    details: list[str]
    resources: Resources
    parts: list[Line]
    offer: Offer

    @property
    def unfolds(self) -> bool:
        """Whether there is more to see than its words."""
        return bool(self.parts or self.resources)


@dataclass(frozen=True)
class HistoryPage:
    """Some lines under the days that they happened on; ``after`` is the key of the next page.

    ``found`` says how many a filter found; without one it is empty.
    """

    days: list[tuple[str, list[Line]]]
    after: str
    found: str

    @classmethod
    def of(cls, shown: Iterable[Line], next_key: Key | None, found: int | None) -> HistoryPage:
        """Put lines, newest first, under their days; ``next_key`` leads to older ones."""
        said = "" if found is None else texts.found_count(found)
        of_day = groupby(shown, lambda line: timezone.localdate(line.at))
        return cls([(texts.day(day), list(of)) for day, of in of_day], written(next_key), said)


def lines(groups: Iterable[Group], census: Census, may: May = LOOKS_ONLY) -> list[Line]:
    """Return the lines of some events, with what the person may do about them."""
    return [_line(group, census, may) for group in groups]


def cells(event: AuditEvent, census: Census) -> list[object]:
    """Return one event as a row of the history's file: of rights it names the codes."""
    about_rights = _about_rights(event)
    return [
        event.at,
        event.actor,
        event.office,
        event.verb,
        _subject(event, census) if about_rights else event.subject,
        _what(event, census),
        _codes(census.catalogue, texts.added_of(event)),
        _codes(census.catalogue, texts.removed_of(event)),
        "" if about_rights else "; ".join(_changes(event, census)),
        event.reason,
        event.bulk_id or "",
    ]


def _line(group: Group, census: Census, may: May) -> Line:
    event, several = group.head, len(group.events) > 1
    actor = ", ".join(filter(None, [event.actor_name, event.office]))
    changes = [] if several else _changes(event, census)
    parts = [Group([part]) for part in group.events] if several else []
    return Line(
        number=event.pk,
        about=event.subject_id,
        at=event.at,
        time=texts.clock(event.at),
        lately=texts.lately(event.at, timezone.now()),
        actor=actor,
        subject=_subject_of(group, census),
        what=texts.folded(group.events) if several else _what(event, census),
        changes=changes,
        details=[actor, *_bulk(group), *changes, *_reason(event)],
        resources=[] if several else _resources(event, census.catalogue),
        parts=lines(parts, census, may),
        offer=_offer(group, census, may),
    )


def _about_rights(event: AuditEvent) -> bool:
    return event.verb.startswith(BEGINNINGS[Kind.RIGHTS])


def _subject_of(group: Group, census: Census) -> str:
    if len(group.events) > 1 and _about_rights(group.head):
        return texts.subjects(group.events)
    return _subject(group.head, census)


def _subject(event: AuditEvent, census: Census) -> str:
    """Return whose rights, which identifier or which person it was."""
    if not _about_rights(event):
        return name_in(event.subject)
    if event.subject_kind == "general":
        return name_of(None)
    integration = census.integrations.get(event.subject_id or GENERAL)
    return integration.name if integration else event.subject


def _what(event: AuditEvent, census: Census) -> str:
    """Return what was done; what changed nothing but a period is said so."""
    if _about_rights(event):
        return texts.rights(event, census.catalogue)
    edited = event.verb == "membership:edit"
    if edited and rules.is_period(event.before, event.after):
        return str(texts.PERIOD_CHANGED)
    return texts.done(event.verb)


def _changes(event: AuditEvent, census: Census) -> list[str]:
    """Return what was before, in words."""
    if _about_rights(event):
        return list(filter(None, [texts.before(event)]))
    return texts.told(event.before, event.after, census.names)


def _bulk(group: Group) -> list[str]:
    return [texts.bulk(group.companies)] if group.companies > 1 else []


def _reason(event: AuditEvent) -> list[str]:
    return [_("Reason: %(reason)s") % {"reason": event.reason}] if event.reason else []


def _resources(event: AuditEvent, catalogue: Catalogue) -> Resources:
    """Return the resources of a change of several, under headings if it allowed and blocked."""
    added, removed = texts.added_of(event), texts.removed_of(event)
    if len(added) + len(removed) < 2:
        return []
    both = bool(added and removed)
    parts: list[tuple[str, ResourceSet]] = [
        (_("Allowed, blocked before") if both else "", added),
        (_("Blocked, allowed before") if both else "", removed),
    ]
    return [(heading, catalogue.of(part)) for heading, part in parts if part]


def _offer(group: Group, census: Census, may: May) -> Offer:
    event = group.head
    if event.verb == STOP:
        since = getattr(event, "stopped_at", None)
        return rules.offer_of_stop(oversees=may.oversee_identifiers, at=event.at, stopped_at=since)
    changed = bool(texts.added_of(event) or texts.removed_of(event)) and event.verb != LEAVE
    return rules.offer(
        may_edit=may.edit_rights and _about_rights(event),
        closes=event.verb == CLOSE,
        changed=changed and len(group.events) == 1,
        newest=census.newest.get(event.subject_id or GENERAL) == event.pk,
    )


def _codes(catalogue: Catalogue, resources: ResourceSet) -> str:
    return " ".join(resource.code for resource in catalogue.of(resources)) if resources else ""


@dataclass(frozen=True)
class RightsThen:
    """The rights of one integration, or the general ones, at the end of a day."""

    name: str
    count: str
    sections: Resources
    unfolded: bool


@dataclass(frozen=True)
class RightsPage:
    """The rights of a company at the end of a day, as addresses name it."""

    day: str
    all: list[RightsThen]
    nothing: str

    @classmethod
    def of(
        cls, day: date, rights: Rights, catalogue: Catalogue, looked_for: ResourceSet
    ) -> RightsPage:
        """Lay out what was allowed of some resources, section by section."""
        then = [
            RightsThen(
                name=name_of(integration),
                count=texts.allowed_count(len(allowed)),
                sections=catalogue.by_section(allowed & looked_for),
                unfolded=bool(allowed & looked_for),
            )
            for integration, allowed in rights
        ]
        return cls(day.isoformat(), then, texts.nothing(everything=looked_for == EVERYTHING))


def cells_of_rights(rights: Rights, catalogue: Catalogue) -> Iterator[list[object]]:
    """Yield every resource of each, allowed or not, as a row of the file."""
    for integration, allowed in rights:
        for resource in catalogue.resources:
            is_allowed = resource.position in allowed
            if is_allowed or not resource.retired:
                right = texts.RIGHT[is_allowed]
                yield [name_of(integration), resource.code, resource.name, right]
