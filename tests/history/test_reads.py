"""Who acted last, and what was changed last: the plain statement beside its queryset."""

from dataclasses import replace

import pytest
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from apps.audit.models import GENERAL, OF_RIGHTS, AuditEvent
from apps.audit.services import Entry, Scene, record
from apps.companies.rules import Capability
from apps.history import reads
from tests.factories import CompanyFactory, IntegrationFactory

VERBS = ("rights:allow", "rights:leave", "rights:block", "odd:thing")


@pytest.fixture
def events(company):
    """Events of two companies by three people and nobody, about two integrations and the rest."""
    subjects = [("integration", IntegrationFactory().pk), ("integration", IntegrationFactory().pk)]
    subjects += [("general", None), ("user", 3)]
    for number in range(96):
        where = company if number % 7 else CompanyFactory()
        actor = (None, 5, 6, 7)[number // 3 % 4]
        scene = Scene(actor, f"Name {number}", "", where.pk, str(where))
        kind, pk = subjects[number // 12 % 4]
        verb = "odd:thing" if kind == "user" else VERBS[number % 4]
        record(scene, [Entry(verb, kind, pk, "Subject")])


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize("sees_rights", [True, False])
def test_it_reads_what_grouping_all_events_reads(access, catalogue, sees_rights):
    if not sees_rights:
        access = replace(access, capabilities=access.capabilities - {Capability.VIEW_RIGHTS})
    census = reads.census(access, catalogue)
    grouped = reads.visible(access).order_by()
    last = dict(grouped.values_list("actor_id").annotate(Max("pk")))
    names = AuditEvent.objects.in_bulk(last.values())
    assert census.actors == {actor: names[pk].actor for actor, pk in last.items()}
    changes = grouped.filter(OF_RIGHTS & ~Q(verb="rights:leave"))
    whose = changes.annotate(whose=Coalesce(F("subject_id"), GENERAL)).values_list("whose")
    assert census.newest == dict(whose.annotate(Max("pk")))
    assert bool(census.newest) is sees_rights
