"""Audit events: who changed what, when. Written once, never altered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.audit.sets import Meets
from apps.core.final import FinalEvent, FinalEventError, FinalQuerySet

OF_RIGHTS = Q(verb__startswith="rights:")
"""The condition that rights were changed."""
SHOWS_RIGHTS = OF_RIGHTS | Q(verb__startswith="review:")
"""The condition that an event tells which integrations have rights."""
GENERAL = 0
"""Stands for the general access rights where integrations have their numbers."""
BATCH = 1000
"""Events per statement: a statement of PostgreSQL takes 65,535 values."""


class AuditEventQuerySet(FinalQuerySet["AuditEvent"]):
    """Audit events, readable and insertable."""

    def of_company(self, company_id: int) -> AuditEventQuerySet:
        """Return what happened in a company; the caller knows that the person may see it."""
        return self.filter(company_id=company_id)

    def of_rights(self) -> AuditEventQuerySet:
        """Return the changes of rights."""
        return self.filter(OF_RIGHTS)

    def not_of_rights(self) -> AuditEventQuerySet:
        """Return what tells nothing of rights."""
        return self.exclude(SHOWS_RIGHTS)

    def adding(self, wanted: bytes) -> AuditEventQuerySet:
        """Return what allowed at least one resource of a stored set."""
        return self.filter(Meets("added", wanted))

    def removing(self, wanted: bytes) -> AuditEventQuerySet:
        """Return what blocked at least one resource of a stored set."""
        return self.filter(Meets("removed", wanted))

    def touching(self, wanted: bytes) -> AuditEventQuerySet:
        """Return what allowed or blocked at least one resource of a stored set."""
        return self.adding(wanted) | self.removing(wanted)

    def companies_in(self, bulk_ids: Collection[UUID]) -> dict[UUID | None, int]:
        """Return how many companies each of some bulk changes reached."""
        found = self.filter(bulk_id__in=bulk_ids).order_by().values_list("bulk_id")
        return dict(found.annotate(Count("company_id", distinct=True)))

    def bulk_create(  # type: ignore[override]
        self, objs: Iterable[AuditEvent], **options: Any
    ) -> list[AuditEvent]:
        """Insert; raises FinalEventError for options that would rewrite stored events."""
        if options:
            raise FinalEventError
        return super().bulk_create(objs, batch_size=BATCH)


class AuditEvent(FinalEvent):
    """One change of one thing.

    People, companies and subjects are kept as number and text, without foreign keys: the event
    must outlive them, and this app stands below the apps that write to it. ``added`` and
    ``removed`` are sets of resource positions in their stored form of 32 bytes. Nothing secret
    is ever written here.
    """

    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("who"), max_length=400)
    office = models.CharField(_("accounting office"), max_length=200, blank=True)
    company_id = models.BigIntegerField(null=True)
    company = models.CharField(_("company"), max_length=250, blank=True)
    verb = models.CharField(_("change"), max_length=50)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(_("subject"), max_length=400)
    added = models.BinaryField(max_length=32, null=True)
    removed = models.BinaryField(max_length=32, null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    bulk_id = models.UUIDField(null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: ClassVar[models.Manager[AuditEvent]] = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["company_id", "-at", "-id"], name="audit_of_company"),
            models.Index(fields=["company_id", "-id"], name="audit_of_company_by_id"),
            models.Index(fields=["company_id", "actor_id", "-id"], name="audit_by_actor"),
            models.Index(
                fields=["company_id", "subject_kind", "subject_id", "-id"], name="audit_by_subject"
            ),
            models.Index(
                fields=["bulk_id", "company_id", "id"],
                condition=Q(bulk_id__isnull=False),
                name="audit_of_bulk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"

    @property
    def actor_name(self) -> str:
        """Who acted, without the address behind the name."""
        return name_in(self.actor)


def name_in(person: str) -> str:
    """Return the name of a person as events keep them, without the address behind it."""
    return person.rpartition(" <")[0] or person
