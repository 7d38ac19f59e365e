"""Invitations to a company."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.companies.fields import LevelsField, RolesField
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Grants
from apps.core.fields import FoldedField, NameColumn, SortField
from apps.people import texts
from apps.people.rules import INVITATION_LASTS, Delivery, Rights, Trouble, delivery

LINK = "people.invitation.link"


def new_nonce() -> str:
    """Return what makes one link differ from every other; without our signature it opens nothing."""
    return secrets.token_hex(16)


def token_of(nonce: str) -> str:
    """Return what an invitation's link carries: the nonce, signed. It is stored nowhere."""
    return signing.Signer(salt=LINK).sign(nonce).replace(":", "-", 1)


def nonce_of(token: str) -> str:
    """Return the nonce of a link that we made; nothing if somebody else did."""
    try:
        return signing.Signer(salt=LINK).unsign(token.replace("-", ":", 1))
    except signing.BadSignature:
        return ""


def new_end() -> datetime:
    """Return until when an invitation that is sent now can be accepted."""
    return timezone.now() + INVITATION_LASTS


def rights_of(member: Membership) -> Rights:
    """Return all that a membership gives."""
    return Rights(member.grants, member.valid_from, member.valid_until)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, of a company or by their nonce."""

    def with_nonce(self, nonce: str) -> Invitation | None:
        """Return the one whose link has this nonce, whatever became of it."""
        return self.select_related("company__office", "invited_by").filter(nonce=nonce).first()

    def open(self) -> InvitationQuerySet:
        """Return those that were neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """Rights in a company that are kept for somebody until they accept them.

    ``mailed_at`` is when the mail server took its mail, ``trouble`` why it did not so far. Site
    staff invite without belonging to the company: then ``invited_by`` is nobody. Who accepts one
    with an ``office`` is one of its people from then on.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email"))
    name = NameColumn(_("name"), max_length=100)
    name_folded = FoldedField("name", "email")
    name_sorted = SortField("name")
    roles = RolesField()
    levels = LevelsField(default=dict)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True
    )
    office = models.ForeignKey(
        AccountingOffice, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=new_end)
    nonce = models.CharField(max_length=32, unique=True, default=new_nonce)
    once = models.UUIDField(null=True, editable=False)
    mailed_at = models.DateTimeField(null=True)
    trouble = models.CharField(
        max_length=10, blank=True, default="", choices=[(t.value, t.value) for t in Trouble]
    )
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
    def inviter(self) -> str | Promise:
        """Whoever invites, by name."""
        return self.invited_by.name if self.invited_by else texts.SITE_STAFF

    @property
    def delivery(self) -> Delivery:
        """What became of its mail."""
        return delivery(
            mailed=self.mailed_at is not None,
            trouble=self.trouble,
            expires=self.expires_at,
            now=timezone.now(),
        )

    @property
    def expired(self) -> bool:
        """Whether its link is too old; it can be sent again."""
        return timezone.now() >= self.expires_at

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted now."""
        return self.accepted_at is None and self.withdrawn_at is None and not self.expired
