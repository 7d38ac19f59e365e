"""Security events: who signed in, from where, and what left the product. Never altered."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.texts import browser
from apps.core.final import FinalEvent, FinalQuerySet
from apps.security.rules import KEPT_DAYS
from apps.security.texts import VERBS

BATCH = 1000


class SecurityEventQuerySet(FinalQuerySet["SecurityEvent"]):
    """Security events, readable and insertable."""

    def forget_old(self) -> None:
        """Delete what is older than it is kept, some at a time."""
        old = self.filter(at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).order_by("at")
        while some := list(old.values_list("pk", flat=True)[:BATCH]):
            models.QuerySet.delete(self.filter(pk__in=some))


class SecurityEvent(FinalEvent):
    """One thing that happened, with the network address and the browser it came from.

    People and companies are kept as number and text, as in audit events. The address that
    somebody unknown typed is not kept, and nothing secret is.
    """

    verb = models.CharField(_("what"), max_length=30, choices=VERBS)
    about = models.CharField(_("details"), max_length=200, blank=True)
    person_id = models.BigIntegerField(null=True)
    person = models.CharField(_("who"), max_length=400, blank=True)
    company_id = models.BigIntegerField(null=True)
    company = models.CharField(_("company"), max_length=250, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[SecurityEvent]] = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person_id", "-id"], name="security_of_person"),
            models.Index(fields=["company_id", "-id"], name="security_of_company"),
            models.Index(fields=["at"], name="security_by_time"),
            models.Index(fields=["verb", "-id"], name="security_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.person}"

    @property
    def browser_in_words(self) -> str:
        """The browser's name, in the language that is spoken now."""
        return browser(self.browser)

    @property
    def is_private(self) -> bool:
        """Whether its reader may not see from where it came, as the question found out."""
        return bool(getattr(self, "is_of_elsewhere", False))
