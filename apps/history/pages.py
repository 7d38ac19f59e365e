"""What the views of the history share: reading events, and laying them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.companies.access import CompanyAccess
from apps.core.http import AuthenticatedRequest
from apps.core.paging import NumberedPage, page_by_number
from apps.history import texts
from apps.history.facts import Census, Known, Line, RightsThen
from apps.history.forms import DayForm, HistoryForm, OlderForm
from apps.history.rules import replay
from apps.resources.board import Target
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet, Verdict
from apps.rights.texts import VERDICTS, name_of

PAGE_SIZE = 50
CHUNK = 1000


def events_of(access: CompanyAccess) -> AuditEventQuerySet:
    """Return what happened in the company, as far as the person may see it.

    Changes of rights are for those who may see rights, whatever their role (domain decision 2).
    """
    events = AuditEvent.objects.of_company(access.company.pk)
    return events if access.may_view_rights else events.not_of_rights()


def heads(events: AuditEventQuerySet) -> AuditEventQuerySet:
    """Return the events that stand for themselves, and the last of those made as one."""
    later = events.filter(bulk_id=OuterRef("bulk_id"), pk__gt=OuterRef("pk")).order_by()
    return events.filter(Q(bulk_id=None) | ~Exists(later))


class HistoryPage:
    """One page of what happened in a company, as far as the form asks for it."""

    def __init__(self, access: CompanyAccess, form: HistoryForm, census: Census) -> None:
        self.access = access
        self.form = form
        self.census = census
        self.older_form = OlderForm(form.data)

    @property
    def is_valid(self) -> bool:
        """Whether everything that was asked for makes sense."""
        return self.form.is_valid() and self.older_form.is_valid()

    @cached_property
    def found(self) -> AuditEventQuerySet:
        """The events that the form asks for."""
        return self.form.narrow(events_of(self.access))

    @cached_property
    def page(self) -> NumberedPage[AuditEvent]:
        """The heads of this page, newest first."""
        older = self.older_form.cleaned_data.get("older") if self.older_form.is_valid() else None
        return page_by_number(heads(self.found), older=older, size=PAGE_SIZE)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of this page."""
        bulk_ids = {event.bulk_id for event in self.page.rows if event.bulk_id}
        together = self._together(bulk_ids)
        known = Known(
            catalogue=self.form.catalogue,
            integrations=self.census.integrations(self.form.catalogue),
            newest=self.census.newest,
            companies=AuditEvent.objects.companies_in(bulk_ids) if bulk_ids else {},
            may_put_back=self.access.may_edit_rights,
        )
        return [Line(event, known, together.get(event.bulk_id, ())) for event in self.page.rows]

    def _together(self, bulk_ids: Iterable[UUID]) -> dict[UUID | None, list[AuditEvent]]:
        """Return the events of each bulk change that has several in this company."""
        if not bulk_ids:
            return {}
        in_order = self.found.filter(bulk_id__in=bulk_ids).order_by("bulk_id", "pk")
        groups = {bulk_id: list(of) for bulk_id, of in groupby(in_order, lambda e: e.bulk_id)}
        return {bulk_id: events for bulk_id, events in groups.items() if len(events) > 1}

    @property
    def days(self) -> list[tuple[str, list[Line]]]:
        """The lines under the days that they happened on."""
        of_day = groupby(self.lines, lambda line: timezone.localdate(line.event.at))
        return [(texts.day(day), list(lines)) for day, lines in of_day]

    @property
    def query(self) -> str:
        """The part of an address that holds the filter, with its question mark."""
        kept = {name: self.form.data.get(name) for name in self.form.fields}
        sent = urlencode({name: value for name, value in kept.items() if value})
        return f"?{sent}" if sent else ""

    @property
    def table(self) -> Iterator[list[object]]:
        """Every event that the form asks for, newest first, in cells."""
        catalogue = self.form.catalogue
        known = Known(catalogue, self.census.integrations(catalogue))
        for event in self.found.order_by("-pk").iterator(chunk_size=CHUNK):
            line = Line(event, known)
            added, removed = texts.added_of(event), texts.removed_of(event)
            yield [
                event.at,
                event.actor,
                event.office,
                event.verb,
                line.subject if line.about_rights else event.subject,
                line.what,
                codes(catalogue, added),
                codes(catalogue, removed),
                "" if line.about_rights else "; ".join(line.changes),
                event.reason,
                event.bulk_id or "",
            ]


def heads_of_table() -> list[str]:
    """Return the names of the columns of ``HistoryPage.table``."""
    return [
        _("Time"),
        _("Person"),
        _("Accounting office"),
        _("Code of the change"),
        _("Subject"),
        _("What"),
        _("Allowed"),
        _("Blocked"),
        _("Details"),
        _("Reason"),
        _("Bulk change"),
    ]


def codes(catalogue: Catalogue, resources: ResourceSet) -> str:
    """Return the codes of some resources, with spaces between them."""
    return " ".join(resource.code for resource in catalogue.of(resources)) if resources else ""


def load_page(request: AuthenticatedRequest, access: CompanyAccess) -> HistoryPage:
    """Read who acted in the company, and what the address asks for."""
    census = Census.of(events_of(access))
    form = HistoryForm(request.GET, census=census, catalogue=Catalogue.load())
    return HistoryPage(access, form, census)


def show(
    request: AuthenticatedRequest, access: CompanyAccess, *, status: int = 200
) -> HttpResponse:
    """Answer the history; 422 when what it is asked for has a mistake."""
    page = load_page(request, access)
    if not page.is_valid:
        status = 422
    return render(request, "history/history.html", {"page": page}, status=status)


def recent(access: CompanyAccess, catalogue: Catalogue, count: int = 4) -> list[Line]:
    """Return the last changes of a company, those made as one in one line; in one statement."""
    events = events_of(access)
    last = heads(events).order_by("-pk")[:count]
    shown = Q(pk__in=last.values("pk")) | Q(bulk_id__in=last.values("bulk_id"))
    groups: dict[UUID | int, list[AuditEvent]] = {}
    for event in events.filter(shown).order_by("-pk"):
        groups.setdefault(event.bulk_id or event.pk, []).append(event)
    changed = {
        event.subject_id
        for of in groups.values()
        for event in of
        if event.subject_kind == "integration"
    }
    known = Known(catalogue, {one.pk: one for one in catalogue.integrations(changed)})
    return [Line(of[0], known, of if len(of) > 1 else ()) for of in groups.values()]


def target_of(access: CompanyAccess, event_id: int) -> Target:
    """Return whose rights an event of the company changed.

    Raises AuditEvent.DoesNotExist and Integration.DoesNotExist for what is none.
    """
    event = events_of(access).of_rights().get(pk=event_id)
    if event.subject_id is None:
        return Target(None)
    return Target(Integration.objects.visible_to(access).get(pk=event.subject_id).public_id)


@dataclass(frozen=True)
class RightsOn:
    """The rights of a company at the end of a day, from its events alone."""

    access: CompanyAccess
    form: DayForm
    catalogue: Catalogue

    @cached_property
    def rights(self) -> dict[int | None, ResourceSet]:
        """What was allowed, by integration; none for the general rights."""
        return rights_before(self.access, self.form.end) if self.form.end else {}

    @cached_property
    def all(self) -> list[RightsThen]:
        """The general rights, then every integration listed by then, by name."""
        found = self.catalogue.integrations([pk for pk in self.rights if pk])
        listed = sorted(found, key=lambda one: (one.name_folded, one.pk))
        general = self.rights.get(None, ResourceSet())
        return [
            RightsThen(name_of(None), general, self.catalogue),
            *(RightsThen(one.name, self.rights[one.pk], self.catalogue) for one in listed),
        ]

    @property
    def table(self) -> Iterator[list[object]]:
        """For each of them every resource, allowed or not, in cells."""
        words = {True: VERDICTS[Verdict.ALLOWED], False: _("Blocked")}
        for then in self.all:
            for resource in self.catalogue.resources:
                allowed = resource.position in then.allowed
                if allowed or not resource.retired:
                    yield [then.name, resource.code, resource.name, words[allowed]]


def rights_before(access: CompanyAccess, end: datetime) -> dict[int | None, ResourceSet]:
    """Return every right of the company just before a moment, recomputed in one statement."""
    events = events_of(access).of_rights().filter(at__lt=end).order_by("pk")
    columns = events.values_list("subject_id", "added", "removed")
    return replay(
        (whose, ResourceSet.from_column(added), ResourceSet.from_column(removed))
        for whose, added, removed in columns.iterator(chunk_size=CHUNK)
    )
