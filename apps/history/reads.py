"""Every question about what happened in a company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain, groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from apps.audit.models import GENERAL, AuditEvent, AuditEventQuerySet
from apps.companies.access import CompanyAccess
from apps.core.paging import blocks
from apps.history.rules import BEGINNINGS, COUNTED, STOP, Asked, Kind, replay
from apps.identifiers.models import IdentifierStop
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import NOTHING, ResourceSet, Target
from apps.rights.rules import LEAVE

CHUNK = 1000
LAST = """
WITH RECURSIVE actors(id) AS (
    SELECT min(actor_id) FROM audit_auditevent WHERE company_id = %(company)s
    UNION ALL SELECT (
        SELECT min(e.actor_id) FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.actor_id > actors.id
    ) FROM actors WHERE actors.id IS NOT NULL
), integrations(id) AS (
    SELECT min(subject_id) FROM audit_auditevent
    WHERE company_id = %(company)s AND subject_kind = 'integration'
    UNION ALL SELECT (
        SELECT min(e.subject_id) FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.subject_kind = 'integration'
        AND e.subject_id > integrations.id
    ) FROM integrations WHERE integrations.id IS NOT NULL
), wanted(id) AS (
    SELECT (
        SELECT e.id FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.actor_id = actors.id
        AND (%(all)s OR e.verb NOT LIKE 'rights:%%' AND e.verb NOT LIKE 'review:%%')
        ORDER BY e.id DESC LIMIT 1
    ) FROM actors
    UNION ALL SELECT (
        SELECT e.id FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.actor_id IS NULL
        AND (%(all)s OR e.verb NOT LIKE 'rights:%%' AND e.verb NOT LIKE 'review:%%')
        ORDER BY e.id DESC LIMIT 1
    )
    UNION ALL SELECT (
        SELECT e.id FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.subject_kind = 'integration'
        AND e.subject_id = integrations.id AND %(all)s
        AND e.verb LIKE 'rights:%%' AND e.verb <> 'rights:leave' ORDER BY e.id DESC LIMIT 1
    ) FROM integrations
    UNION ALL SELECT (
        SELECT e.id FROM audit_auditevent e
        WHERE e.company_id = %(company)s AND e.subject_kind = 'general'
        AND e.subject_id IS NULL AND %(all)s
        AND e.verb LIKE 'rights:%%' AND e.verb <> 'rights:leave' ORDER BY e.id DESC LIMIT 1
    )
)
SELECT e.id, e.actor_id, e.actor, e.verb, e.subject_id
FROM audit_auditevent e WHERE e.id IN (SELECT id FROM wanted) ORDER BY e.id
"""
"""The last event of everybody who acted in a company, and the last change of each one's rights,
each found by an index: to group all events would read them all."""


@dataclass(frozen=True)
class Census:
    """Who acted in a company, and the integrations whose rights were changed, by number.

    ``newest`` is the last change of each of them, and of the general access rights.
    """

    catalogue: Catalogue
    integrations: Mapping[int, Integration]
    actors: Mapping[int | None, str] = field(default_factory=dict)
    newest: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of the integrations, by their public ids."""
        return {one.public_id: one.name for one in self.integrations.values()}


@dataclass(frozen=True)
class Group:
    """An event, or several of one company that were made as one, oldest first.

    ``companies`` is how many a bulk change reached, if that was counted.
    """

    events: Sequence[AuditEvent]
    companies: int = 0

    @property
    def head(self) -> AuditEvent:
        """The last of them, where they stand in the history."""
        return self.events[-1]


def visible(access: CompanyAccess) -> AuditEventQuerySet:
    """Return what happened in the company, as far as the person may see it.

    Changes of rights are for those who may see rights, whatever their role (docs/decisions/002).
    """
    events = AuditEvent.objects.of_company(access.company.pk)
    return events if access.may_view_rights else events.not_of_rights()


def census(access: CompanyAccess, catalogue: Catalogue) -> Census:
    """Read who acted and what was changed last, in one statement (docs/decisions/011)."""
    asked = {"company": access.company.pk, "all": access.may_view_rights}
    actors: dict[int | None, str] = {}
    newest: dict[int, int] = {}
    for event in AuditEvent.objects.raw(LAST, asked):
        actors[event.actor_id] = event.actor
        if event.verb.startswith(BEGINNINGS[Kind.RIGHTS]) and event.verb != LEAVE:
            newest[event.subject_id or GENERAL] = event.pk
    found = resources.integrations(catalogue, [pk for pk in newest if pk != GENERAL])
    by_name = {one.pk: one for one in sorted(found, key=attrgetter("place"))}
    return Census(catalogue, by_name, actors, newest)


def matching(access: CompanyAccess, asked: Asked) -> AuditEventQuerySet:
    """Return the events of the company that are asked for."""
    events = visible(access).filter(_of_kind(asked.kind))
    if asked.resources is not None:
        events = events.touching(bytes(asked.resources))
    if asked.actor is not None:
        events = events.filter(actor_id=asked.actor or None)
    if asked.whose is not None:
        events = events.of_rights().filter(subject_id=asked.whose or None)
    if asked.since:
        events = events.filter(at__gte=asked.since)
    if asked.until:
        events = events.filter(at__lt=asked.until)
    return events


def one_by_one(access: CompanyAccess, asked: Asked) -> Iterator[AuditEvent]:
    """Return them, newest first, without keeping them in memory."""
    return chain.from_iterable(blocks(matching(access, asked), ["-pk"]))


def heads(access: CompanyAccess, asked: Asked) -> AuditEventQuerySet:
    """Return those that stand for themselves, and the last of those made as one."""
    events = matching(access, asked)
    later = events.filter(bulk_id=OuterRef("bulk_id"), pk__gt=OuterRef("pk")).order_by()
    return events.filter(Q(bulk_id=None) | ~Exists(later))


def with_stops(access: CompanyAccess, events: AuditEventQuerySet) -> AuditEventQuerySet:
    """Return the same; to those that stopped an identifier add since when it is stopped here."""
    stops = IdentifierStop.objects.filter(
        company=access.company, identifier=OuterRef("subject_id")
    ).values("at")
    return events.annotate(stopped_at=Case(When(verb=STOP, then=Subquery(stops))))


def how_many(access: CompanyAccess, asked: Asked) -> int:
    """Return how many heads there are on all pages; of more than ``COUNTED`` one more than that."""
    return heads(access, asked).order_by()[: COUNTED + 1].count()


def groups(access: CompanyAccess, asked: Asked, shown: Sequence[AuditEvent]) -> list[Group]:
    """Return some heads with what was made together with them: two statements, if any was."""
    bulk_ids = {event.bulk_id for event in shown if event.bulk_id}
    if not bulk_ids:
        return [Group([event]) for event in shown]
    companies = AuditEvent.objects.companies_in(bulk_ids)
    made = matching(access, asked).filter(bulk_id__in=bulk_ids).order_by("bulk_id", "pk")
    together = {bulk_id: list(of) for bulk_id, of in groupby(made, attrgetter("bulk_id"))}
    return [
        Group(together.get(event.bulk_id, [event]), companies.get(event.bulk_id, 0))
        for event in shown
    ]


def recent(
    access: CompanyAccess, catalogue: Catalogue, count: int = 4
) -> tuple[list[Group], Census]:
    """Return the last changes of the company and what their words need, in one statement."""
    last, events = heads(access, Asked()).order_by("-pk")[:count], visible(access).order_by()
    alone = events.filter(pk__in=last.values("pk")).values("pk")
    together = events.filter(bulk_id__in=last.values("bulk_id")).values("pk")
    found = list(events.filter(pk__in=alone.union(together)).order_by("-pk"))
    made: dict[UUID | int, list[AuditEvent]] = {}
    for event in found:
        made.setdefault(event.bulk_id or event.pk, []).append(event)
    changed = {event.subject_id for event in found if event.subject_kind == "integration"}
    integrations = {one.pk: one for one in resources.integrations(catalogue, changed)}
    return [Group(of[::-1]) for of in made.values()], Census(catalogue, integrations)


def target(access: CompanyAccess, event_id: int) -> Target:
    """Return whose rights an event of the company changed.

    Raises AuditEvent.DoesNotExist and Integration.DoesNotExist for what is none.
    """
    event = visible(access).of_rights().get(pk=event_id)
    if event.subject_id is None:
        return Target(None)
    return Target(Integration.objects.visible_to(access).get(pk=event.subject_id).public_id)


def rights_before(access: CompanyAccess, end: datetime) -> dict[int | None, ResourceSet]:
    """Return every right of the company just before a moment, recomputed in one statement."""
    events = visible(access).of_rights().filter(at__lt=end).order_by("pk")
    columns = events.values_list("subject_id", "added", "removed")
    return replay(
        (whose, ResourceSet.from_column(added), ResourceSet.from_column(removed))
        for whose, added, removed in columns.iterator(chunk_size=CHUNK)
    )


def listed_before(
    access: CompanyAccess, catalogue: Catalogue, end: datetime
) -> list[tuple[Integration | None, ResourceSet]]:
    """Return the same of the general rights, then of every integration listed by then, by name."""
    rights = rights_before(access, end)
    found = resources.integrations(catalogue, [pk for pk in rights if pk])
    by_name = sorted(found, key=attrgetter("place"))
    return [(None, rights.get(None, NOTHING)), *((one, rights[one.pk]) for one in by_name)]


def _of_kind(kind: Kind | None) -> Q:
    if kind is None:
        return Q()
    if kind is Kind.OTHER:
        return ~_begins(sum(BEGINNINGS.values(), ()))
    return _begins(BEGINNINGS[kind])


def _begins(beginnings: Sequence[str]) -> Q:
    either = Q(pk__in=[])
    for beginning in beginnings:
        either |= Q(verb__startswith=beginning)
    return either
