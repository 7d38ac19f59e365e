"""What was asked of the interface: one row for each request whose sender is known, and counts.

Numbers instead of foreign keys: a row says what was so then, whatever is deleted later, and
nothing waits for another table while a request waits for its answer.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
