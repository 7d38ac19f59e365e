"""What the tests of the history share."""

import re

from apps.audit.models import AuditEvent
from apps.audit.services import Entry, Scene, record
from apps.rights.rules import Scope, Wish
from tests.factories import set_of


def url(company, rest=""):
    """Return the address of a company's history, or of something below it."""
    return f"/companies/{company.business_id}/history/{rest}"


def wish(catalogue, *codes, allow=True):
    """Return a wish about some codes."""
    return Wish(allow=allow, scope=Scope.RESOURCES, resources=set_of(catalogue, codes))


def happened(company, verb, subject, *, kind="user", pk=1, **more):
    """Record that something happened in a company, and return the event."""
    scene = Scene(7, "Paula Person <paula@test.example>", "", company.pk, str(company))
    [event] = record(scene, [Entry(verb, kind, pk, subject, **more)])
    return event


def words(response):
    """Return what a page says, without tags, its space collapsed."""
    inline = re.sub(r"</?(strong|span|a|code)\b[^>]*>", "", response.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline))


def many(company, count, integration=None, bulk_ids=()):
    """Record many changes of rights at once, those with the same bulk id as made together."""
    facts = {"actor_id": 7, "actor": "Paula Person", "company_id": company.pk, "subject": "Many"}
    facts |= {"verb": "rights:allow", "subject_kind": "integration", "added": bytes([1] * 32)}
    AuditEvent.objects.bulk_create(
        AuditEvent(
            **facts,
            subject_id=integration.pk if integration else None,
            bulk_id=bulk_ids[number % len(bulk_ids)] if bulk_ids else None,
        )
        for number in range(count)
    )
