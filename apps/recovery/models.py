"""Requests to take somebody's lost second factor away."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.companies.models import Company
from apps.recovery.rules import DELAY, LINK_LASTS, link_works

LINK = "recovery.reset.link"


class ResetQuerySet(models.QuerySet["Reset"]):
    """Requests, by their link or by what became of them."""

    def open(self) -> ResetQuerySet:
        """Return those that were neither carried out nor cancelled, nor left alone too long."""
        waiting = Q(asked_at__gt=timezone.now() - LINK_LASTS) | Q(confirmed_at__isnull=False)
        return self.filter(waiting, ended_at=None).select_related("user", "company", "asked_by")

    def due(self) -> ResetQuerySet:
        """Return those whose day is over."""
        return self.open().filter(confirmed_at__lte=timezone.now() - DELAY)


class Reset(models.Model):
    """A request of ``asked_by`` for ``user``, who confirms it; carried out a day after that."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Reset]] = ResetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="reset_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company}"

    @property
    def token(self) -> str:
        """What the link in the holder's mail carries: signed, and stored nowhere."""
        return signing.Signer(salt=LINK).sign(str(self.pk)).replace(":", "-", 1)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether its link can still be used to confirm it."""
        return self.confirmed_at is None and link_works(now=timezone.now(), asked=self.asked_at)

    @property
    def until(self) -> datetime:
        """Until when it can be confirmed."""
        return self.asked_at + LINK_LASTS

    @property
    def due_at(self) -> datetime | None:
        """When it is carried out at the earliest, once it is confirmed."""
        return self.confirmed_at and self.confirmed_at + DELAY


def number_of(token: str) -> str:
    """Return which request a link is of, if we made it; else nothing."""
    try:
        return signing.Signer(salt=LINK).unsign(token.replace("-", ":", 1))
    except signing.BadSignature:
        return ""
