"""Which older signatures a company still accepts."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.companies.models import Company
from apps.gateway.signing import OLDER


class OlderSignature(models.Model):
    """A company accepts an older way of signing until a day that is set when it is turned on."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="older_signatures")
    algorithm = models.CharField(max_length=10, choices=[(one.value, one.value) for one in OLDER])
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("older signature")
        verbose_name_plural = _("older signatures")
        constraints = [models.UniqueConstraint("company", "algorithm", name="older_signature_once")]

    def __str__(self) -> str:
        return f"{self.company_id} · {self.algorithm}"

    @property
    def last_day(self) -> date:
        """The last day on which it is accepted."""
        return timezone.localdate(self.until - timedelta(microseconds=1))
