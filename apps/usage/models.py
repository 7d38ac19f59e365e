"""What was asked of the interface: one row for each request whose sender is known, and counts.

Numbers instead of foreign keys: a row says what was so then, whatever is deleted later, and
nothing waits for another table while a request waits for its answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from apps.core.days import start_of
from apps.resources.fields import ResourceSetField
from apps.usage.rules import LONG, PATTERN, PER_DAY, is_long_silent, usual


class ApiRequest(models.Model):
    """A request that was signed rightly, and what was answered.

    On PostgreSQL the table is parted by ``day``, the day of the signature: each part is made
    ahead and dropped when it is old (``manage.py partitions``). ``replay_key`` is there only
    while the signature was fresh, and unique within a day. Never a key, a signature, a body, or
    a value of the query.
    """

    pk = models.CompositePrimaryKey("day", "request_id")
    day = models.DateField()
    request_id = models.CharField(max_length=20)
    at = models.DateTimeField()
    company = models.BigIntegerField(null=True)
    owner = models.BigIntegerField()
    identifier = models.BigIntegerField()
    integration = models.BigIntegerField()
    resource = models.CharField(max_length=60)
    failed = models.CharField(max_length=20)
    reason = models.CharField(max_length=30)
    transaction_id = models.CharField(max_length=128)
    replay_key = models.BinaryField(max_length=16, null=True)
    method = models.CharField(max_length=10)
    parameters = models.CharField(max_length=500)
    base = models.CharField(max_length=200)
    algorithm = models.CharField(max_length=10)
    encoding = models.CharField(max_length=12)
    unescaped = models.BooleanField()
    lag = models.IntegerField()

    class Meta:
        verbose_name = _("request of the interface")
        verbose_name_plural = _("requests of the interface")
        indexes = [models.Index(fields=["company", "at"], name="request_of_company")]
        constraints = [
            models.UniqueConstraint(fields=["day", "replay_key"], name="request_sent_once")
        ]

    def __str__(self) -> str:
        return self.request_id


class Usage(models.Model):
    """How often one thing was asked on one day, and answered in one way: what pages read.

    Counted of the log and of the refusals below (``manage.py roll_up_usage``), and kept much
    longer than they are. The day is one of the server's time zone, as people count: it differs
    from the log's, whose parts are days in UTC. What is not known is 0, or no text; ``verdict`` is
    the reason of a refusal, and empty for what passed.
    """

    pk = models.CompositePrimaryKey(
        "day", "company", "integration", "identifier", "resource", "verdict"
    )
    day = models.DateField()
    company = models.BigIntegerField()
    integration = models.BigIntegerField()
    identifier = models.BigIntegerField()
    resource = models.CharField(max_length=60)
    verdict = models.CharField(max_length=30)
    count = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        indexes = [
            models.Index(fields=["company", "day"], name="usage_of_company"),
            models.Index(fields=["identifier", "-day"], name="usage_of_identifier"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.resource} {self.verdict}: {self.count}"


class MonthOfUsage(models.Model):
    """What passed in one month, as ``Usage`` says it of its days: for questions about a year.

    Summed up of ``Usage`` when that is counted; ``month`` is its last day. ``days`` are how many
    days something was used on; ``weekday`` and ``last_weekday`` the least and the greatest of theirs.
    """

    pk = models.CompositePrimaryKey("company", "month", "integration", "identifier", "resource")
    company = models.BigIntegerField()
    month = models.DateField()
    integration = models.BigIntegerField()
    identifier = models.BigIntegerField()
    resource = models.CharField(max_length=60)
    count = models.BigIntegerField()
    days = models.SmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    weekday = models.SmallIntegerField()
    last_weekday = models.SmallIntegerField()

    class Meta:
        verbose_name = _("month of usage")
        verbose_name_plural = _("months of usage")
        indexes = [models.Index(fields=["month"], name="usage_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.resource}: {self.count}"


class HabitQuerySet(models.QuerySet["Habit"]):
    """Habits, as far as they can be relied on."""

    def lately(self, today: date) -> HabitQuerySet:
        """Return those that were counted lately: without counting, nothing is known to be missed."""
        return self.filter(counted_on__gte=today - timedelta(days=1))

    def long_silent(self, today: date) -> HabitQuerySet:
        """Return those whose calls are missed for long: ``rules.usual`` and ``is_long_silent``."""
        pattern = models.Q(days__gte=PATTERN, passed__gte=PER_DAY * models.F("days"))
        return self.lately(today).filter(pattern, last_at__lt=start_of(today - LONG))


class Habit(models.Model):
    """How an integration calls in one company: what ninety days of ``Usage`` say of it.

    Counted with it, by the same run, so that lists of many companies need not read the days.
    ``last_at`` is when its last call came, refused or not, ``passed_at`` when the last one passed;
    ``passed`` calls passed on ``days`` days, for the resources ``used``; ``since`` is the first day of which the company has any
    usage (docs/decisions/019).
    """

    pk = models.CompositePrimaryKey("company", "integration")
    company = models.BigIntegerField()
    integration = models.BigIntegerField()
    last_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)
    passed = models.BigIntegerField()
    days = models.IntegerField()
    used = ResourceSetField()
    since = models.DateField()
    counted_on = models.DateField()

    objects: ClassVar[models.Manager[Habit]] = HabitQuerySet.as_manager()

    class Meta:
        verbose_name = _("habit")
        verbose_name_plural = _("habits")

    def __str__(self) -> str:
        return f"{self.company} {self.integration}: {self.passed} in {self.days}"

    @property
    def usual(self) -> int | None:
        """How many calls a day are usual; none without a pattern."""
        return usual(calls=self.passed, days=self.days)

    def is_long_silent(self, today: date) -> bool:
        """Whether calls are missed for long, as ``HabitQuerySet.long_silent`` finds it."""
        is_known = self.counted_on >= today - timedelta(days=1)
        return (
            is_known and self.usual is not None and is_long_silent(localdate(self.last_at), today)
        )


class Unauthenticated(models.Model):
    """How many requests of an hour were refused without anybody knowing who asked.

    What a request names is counted as far as it is known to us, else as 0; a company only where
    the identifier's owner belongs to it. At least so many: what a process had not written down
    when it was killed is lost.
    """

    hour = models.DateTimeField()
    reason = models.CharField(max_length=30)
    identifier = models.BigIntegerField(default=0)
    integration = models.BigIntegerField(default=0)
    company = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("refused requests")
        verbose_name_plural = _("refused requests")
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "reason", "identifier", "integration", "company"],
                name="refusals_counted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.reason}: {self.count}"
