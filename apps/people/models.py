"""Invitations to a company."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.companies.fields import LevelsField, RolesField
from apps.companies.models import Company, Membership
from apps.companies.rules import Grants
from apps.core.fields import FoldedField, NameColumn, SortField
from apps.people.rules import INVITATION_LASTS, Rights


def new_token() -> str:
    """Return what an invitation's link carries: 256 bits of the system's secure source."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token; nobody finds the token from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_end() -> datetime:
    """Return until when an invitation that is sent now can be accepted."""
    return timezone.now() + INVITATION_LASTS


def rights_of(member: Membership) -> Rights:
    """Return all that a membership gives."""
    return Rights(member.grants, member.valid_from, member.valid_until)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, of a company or by their token."""

    def with_digest(self, token_digest: str) -> Invitation | None:
        """Return the one whose token has this digest, whatever became of it."""
        found = self.select_related("company__office", "invited_by")
        return found.filter(token_digest=token_digest).first()

    def open(self) -> InvitationQuerySet:
        """Return those that were neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Rights in a company that are kept for somebody until they accept them."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email"))
    name = NameColumn(_("name"), max_length=100)
    name_folded = FoldedField("name", "email")
    name_sorted = SortField("name")
    roles = RolesField()
    levels = LevelsField(default=dict)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=new_end)
    token_digest = models.CharField(max_length=64, unique=True)
    once = models.UUIDField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Invitation]] = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invited_once_at_a_time",
            ),
            models.UniqueConstraint(fields=["company", "once"], name="invited_once_per_form"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def rights(self) -> Rights:
        """What accepting it gives."""
        return Rights(Grants.read(self.roles, self.levels), self.valid_from, self.valid_until)

    @property
    def expired(self) -> bool:
        """Whether its link is too old; it can be sent again."""
        return timezone.now() >= self.expires_at

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted now."""
        return self.accepted_at is None and self.withdrawn_at is None and not self.expired
