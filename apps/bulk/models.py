"""Bulk changes and the companies that each is about."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.accounts.models import User
from apps.bulk.rules import Action, Chosen, Refusal, Stage, State
from apps.companies.models import Company
from apps.resources.fields import ResourceSetField
from apps.resources.models import Integration


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    """Bulk changes, always asked for on behalf of somebody."""

    def visible_to(self, user: User) -> BulkChangeQuerySet:
        """Return the person's own, newest first."""
        return self.filter(by=user).select_related("integration", "puts_back", "like")

    def unfinished(self) -> BulkChangeQuerySet:
        """Return those that were started, have not ended and were not stopped."""
        return self.filter(started_at__isnull=False, ended_at=None, stopped_at=None)


class BulkChange(models.Model):
    """One wish for many companies; its id is the bulk id of its audit events.

    ``sent`` is what was chosen, to go back to it. ``out_of_reach`` counts the companies of the
    change that is put back which the person serves no more.

    ``moved_at`` is when it last got any further, be it that somebody asked for it. ``taken_up_at``
    is when a worker first went on with what had been asked for, ``left_then`` how much that was.

    Without integration it is about the general access rights or, ``everywhere``, about those and
    every listed integration. A draft has not been started and changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    integration = models.ForeignKey(Integration, models.PROTECT, null=True, related_name="+")
    everywhere = models.BooleanField(default=False)
    found_by_key = models.BooleanField(default=False)
    chosen = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Chosen])
    like = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+")
    resources = ResourceSetField()
    reason = models.CharField(max_length=500)
    puts_back = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    sent = models.JSONField(default=dict)
    out_of_reach = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    left_then = models.PositiveIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[BulkChange]] = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["by", "-made_at"], name="bulk_change_of_person")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def stage(self) -> Stage:
        """Where it stands, by which of its moments have come."""
        if self.started_at is None:
            return Stage.DRAFT
        if self.ended_at is not None:
            return Stage.ENDED
        return Stage.RUNNING if self.stopped_at is None else Stage.STOPPED


class BulkItemQuerySet(models.QuerySet["BulkItem"]):
    """The companies of bulk changes."""

    def waiting(self) -> BulkItemQuerySet:
        """Return those that are to be run, in order."""
        return self.filter(state=State.WAITING).order_by("pk")

    def claimed(self) -> BulkItemQuerySet:
        """Return those of them that nobody else has in hand, for this transaction alone."""
        return self.waiting().select_for_update(no_key=True, skip_locked=True)


class BulkItem(models.Model):
    """One company of a bulk change; ``why`` says why it was refused."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="items")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, default=State.WAITING, choices=[(s.value, s.value) for s in State]
    )
    why = models.CharField(
        max_length=10, blank=True, default="", choices=[(r.value, r.value) for r in Refusal]
    )

    objects: ClassVar[models.Manager[BulkItem]] = BulkItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("change", "company", name="bulk_item_once_per_company")
        ]
        indexes = [models.Index(fields=["change", "state", "id"], name="bulk_item_by_state")]

    def __str__(self) -> str:
        return f"{self.change_id} · {self.company_id}"
