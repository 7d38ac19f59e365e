"""What became of an integration's rights, what it used, and with which identifiers."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, CharField, F, Max, Q, Subquery, Sum, Value, When

from apps.audit.models import AuditEvent, name_in
from apps.companies.access import CompanyAccess
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import Purpose
from apps.receipts.rules import QUARTER, YEAR, Decision, Past, Use, Used
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet, Standing
from apps.rights.rules import LEAVE
from apps.usage.models import Usage

NAMED = 50
"""So many linked identifiers are named, the newest."""


def past(access: CompanyAccess, standing: Standing) -> Past:
    """Return what became of the rights of an integration, in one statement.

    Of changes that were alike the newest tells it all, and the first of all says since when it is
    in the list: what is read grows with what was ever changed, not with how often.
    """
    events = AuditEvent.objects.of_company(access.company.pk).of_rights().exclude(verb=LEAVE)
    mine = events.filter(subject_kind="integration", subject_id=standing.subject).order_by("-pk")
    alike = mine.order_by().values("added", "removed").annotate(newest=Max("pk"))
    first = mine.order_by("pk").values("pk")[:1]
    told = mine.filter(Q(pk__in=alike.values("newest")) | Q(pk=Subquery(first)))
    columns = told.values_list("at", "actor", "office", "added", "removed")
    return Past.of(
        Decision(
            at,
            ", ".join(filter(None, [name_in(actor), office])),
            ResourceSet.from_column(added),
            ResourceSet.from_column(removed),
        )
        for at, actor, office, added, removed in columns
    )


def used(access: CompanyAccess, standing: Standing, known: Catalogue, today: date) -> Used:
    """Return what an integration used in a year, in one statement.

    The company's other calls are read along: its first says since when calls are counted, also
    where the integration made none.
    """
    mine = Usage.objects.filter(company=access.company.pk).order_by()
    its = When(Q(integration=standing.subject, verdict=""), then=F("resource"))
    quarter = Sum("count", filter=Q(day__gt=today - QUARTER), default=0)
    rows = (
        mine.filter(day__gt=today - YEAR)
        .annotate(what=Case(its, default=Value("", CharField())))
        .values("what")
        .annotate(year=Sum("count"), quarter=quarter, last=Max("last_at"))
        .annotate(since=Subquery(mine.order_by("day").values("day")[:1]))
        .values_list("what", "since", *Use._fields)
    )
    found = list(rows)
    return Used(
        since=found[0][1] if found else None,
        by_position={
            known.by_code[code].position: Use(*use)
            for code, _since, *use in found
            if code in known.by_code
        },
    )


def linked(access: CompanyAccess, standing: Standing) -> list[ApiIdentifier]:
    """Return the newest identifiers that work in the company and are for an integration."""
    here = ApiIdentifier.objects.in_company(access.company).working_here()
    return list(
        here.filter(integration=standing.integration).exclude(purpose=Purpose.EXCEL)[: NAMED + 1]
    )
