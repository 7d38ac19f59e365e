"""API identifiers, and where they were stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Company, Membership
from apps.companies.rules import SOON
from apps.core.fields import EncryptedTextField, FoldedField
from apps.core.text import as_code, fold
from apps.identifiers import rules, texts
from apps.identifiers.rules import Purpose, State
from apps.resources.keys import new_key
from apps.resources.models import Integration, Listing
from apps.usage.models import Usage

NOTE_LENGTH = 200
TAKEN_FOR = timedelta(minutes=10)
FAR = datetime(9999, 1, 1, tzinfo=UTC)


class ApiIdentifierQuerySet(models.QuerySet["ApiIdentifier"]):
    """Identifiers, always asked for on behalf of somebody."""

    def visible_to(self, user: User) -> ApiIdentifierQuerySet:
        """Return the person's own, newest first."""
        return self.filter(owner=user).order_by("-pk")

    def in_company(self, company: Company) -> ApiIdentifierQuerySet:
        """Add what decides whether each works in a company, all in the same statement.

        ``place`` is to sort those of a company by: the order of their numbers would tempt
        PostgreSQL to read all identifiers there are in that order, and to pick.
        """
        here = FilteredRelation(
            "owner__memberships", condition=Q(owner__memberships__company=company)
        )
        stop = FilteredRelation("stops", condition=Q(stops__company=company))
        listed = Listing.objects.filter(company=company, integration=OuterRef("integration"))
        return (
            self.annotate(here=here, stop=stop)
            .annotate(
                place=F("pk") + 0,
                member=F("here__pk"),
                opens=F("here__opens_anything"),
                levels=F("here__levels"),
                member_from=F("here__valid_from"),
                member_until=F("here__valid_until"),
                stopped_at=F("stop__at"),
                is_listed=Exists(listed),
            )
            .select_related("owner", "integration", "replaced_by")
            .order_by("-pk")
        )

    def of_members(self, access: CompanyAccess) -> ApiIdentifierQuerySet:
        """Return those that work or once worked in a company.

        Of present members, and of former ones as far as they were made or stopped here, or
        existed when their owner was removed.
        """
        company = access.company
        members = self.filter(owner__in=company.memberships.values("user"))
        former = company.former_members.filter(removed_at__gte=F("user__identifiers__created_at"))
        stopped = IdentifierStop.objects.filter(company=company)
        # As a union: each part is found by an index of its own, an "or" would read all there are.
        known = (
            members.order_by()
            .values("pk")
            .union(
                self.filter(made_in=company).order_by().values("pk"),
                former.order_by().values("user__identifiers"),
                stopped.order_by().values("identifier"),
            )
        )
        return self.in_company(company).filter(pk__in=known)

    def stopped_in(self, company: Company) -> ApiIdentifierQuerySet:
        """Return those that KH or TPK stopped in a company."""
        stops = IdentifierStop.objects.filter(company=company)
        return self.in_company(company).filter(pk__in=stops.values("identifier"))

    def with_last_use(self, company: Company | None = None) -> ApiIdentifierQuerySet:
        """Add when each was used last, where, for what and how that was answered.

        In one company, or anywhere: that is for owners alone. What was signed wrongly only claimed
        to use it.
        """
        uses = Usage.objects.filter(identifier=OuterRef("pk")).exclude(verdict="wrong_signature")
        if company:
            uses = uses.filter(company=company.pk)
        last = uses.order_by("-day", "-last_at")
        name = Company.objects.filter(pk=OuterRef("company")).values("name")
        return self.annotate(
            used_at=Subquery(last.values("last_at")[:1]),
            used_for=Subquery(last.values("resource")[:1]),
            used_verdict=Subquery(last.values("verdict")[:1]),
            used_in=Subquery(last.annotate(name=Subquery(name)).values("name")[:1]),
        )

    def at_work(self, company: Company, now: datetime | None = None) -> ApiIdentifierQuerySet:
        """Return those that work in a company now: ``rules.hindrance`` in the database."""
        now = now or timezone.now()
        memberships = Membership.objects.filter(company=company)
        members = memberships.in_force(now).with_any_function().values("user")
        stops = IdentifierStop.objects.filter(company=company, identifier=OuterRef("pk"))
        return self.filter(
            ~Exists(stops),
            Q(valid_until=None) | Q(valid_until__gt=now),
            owner__in=members,
            deactivated_at=None,
            paused_at=None,
        )

    def working_here(self) -> ApiIdentifierQuerySet:
        """Return the same of ``in_company``, by what that read along."""
        return self.filter(_works_here())

    def with_works(self) -> ApiIdentifierQuerySet:
        """Add whether each of ``in_company`` works there now."""
        return self.annotate(works=Case(When(_works_here(), then=True), default=False))

    def ending(self) -> ApiIdentifierQuerySet:
        """Return those that end, or whose owner's membership ends, soon."""
        until = timezone.now() + SOON
        soon = Q(valid_until__lte=until) | Q(member_until__lte=until)
        ends = [Coalesce(name, Value(FAR)) for name in ("valid_until", "member_until")]
        found = self.filter(soon).exclude(purpose=Purpose.EXCEL)
        return found.order_by(Least(*ends), "pk")

    def matching(self, access: CompanyAccess, text: str) -> ApiIdentifierQuerySet:
        """Return those whose owner, User ID or note contains the text.

        Notes of those that were made in another company are for their owners alone.
        """
        folded = fold(text)
        known = Q(made_in=access.company) | Q(owner=access.user)
        return self.filter(
            Q(owner__name_folded__contains=folded)
            | Q(user_id__icontains=as_code(text))
            | Q(known, note_folded__contains=folded)
        )


def _works_here() -> Q:
    now = timezone.now()
    return Q(
        Q(member_from=None) | Q(member_from__lte=now),
        Q(member_until=None) | Q(member_until__gt=now),
        Q(valid_until=None) | Q(valid_until__gt=now),
        opens=True,
        stopped_at=None,
        owner__is_active=True,
        deactivated_at=None,
        paused_at=None,
    )


class ApiIdentifier(models.Model):
    """A User ID and a Key of one person, good in every company that the person may enter."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="identifiers",
        verbose_name=_("owner"),
    )
    made_in = models.ForeignKey(Company, models.PROTECT, related_name="+")
    user_id = models.CharField(
        _("User ID"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}_\d{1,7}_\d{1,8}$")],
    )
    key = EncryptedTextField(default=new_key, editable=False)
    purpose = models.CharField(_("purpose"), max_length=10, choices=texts.PURPOSES)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    note_folded = FoldedField("note")
    integration = models.ForeignKey(
        Integration, models.PROTECT, null=True, blank=True, verbose_name=_("integration")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    once = models.UUIDField(unique=True, editable=False)

    objects: ClassVar[models.Manager[ApiIdentifier]] = ApiIdentifierQuerySet.as_manager()

    class Meta:
        verbose_name = _("API identifier")
        verbose_name_plural = _("API identifiers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="identifier_of_owner"),
            models.Index(
                fields=["valid_until"], condition=Q(deactivated_at=None), name="identifier_ending"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.EXCEL.value) | Q(valid_until__isnull=False),
                name="identifier_for_excel_ends",
            )
        ]

    def __str__(self) -> str:
        return self.user_id

    @property
    def is_excel(self) -> bool:
        """Whether it belongs to a workbook."""
        return self.purpose == Purpose.EXCEL

    def tells(self, person: User, company: Company) -> bool:
        """Whether somebody of a company is told what it is for.

        What was made in another company is for its owner alone to tell.
        """
        return self.owner_id == person.pk or self.made_in_id == company.pk

    def name_of_integration(self, *, is_listed: bool) -> str:
        """What it is for, where a company knows of it: custom ones where they are listed alone."""
        linked = self.integration
        return linked.name if linked and (is_listed or not linked.is_custom) else ""

    @property
    def may_replace(self) -> bool:
        """Whether a successor can be made of it."""
        return rules.may_replace(
            self.state, Purpose(self.purpose), replaced=bool(self.replaced_by_id)
        )

    @property
    def state(self) -> State:
        """What it is now, whoever owns it."""
        return rules.state(
            now=timezone.now(),
            valid_until=self.valid_until,
            paused_at=self.paused_at,
            deactivated_at=self.deactivated_at,
        )


class IdentifierStop(models.Model):
    """An identifier that KH or TPK stopped in their company; taken back by deleting it."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    identifier = models.ForeignKey(ApiIdentifier, models.PROTECT, related_name="stops")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "identifier", name="identifier_stopped_once")
        ]

    def __str__(self) -> str:
        return f"{self.identifier_id} · {self.company_id}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders, to be sent."""

    def waiting(self, now: datetime) -> ReminderQuerySet:
        """Return those that nobody sends: a worker that was killed had them for a while."""
        free = Q(taken_at=None) | Q(taken_at__lte=now - TAKEN_FOR)
        return self.filter(free, sent_at=None).order_by("pk")

    def still_due(self, now: datetime) -> ReminderQuerySet:
        """Return those that still say what is true, each with all that its mail tells."""
        leaves = Membership.objects.filter(
            user=OuterRef("identifier__owner"),
            company=OuterRef("company"),
            valid_until=OuterRef("end"),
        )
        listed = Listing.objects.filter(
            company=OuterRef("company"), integration=OuterRef("identifier__integration")
        )
        ends = Q(identifier__valid_until=F("end")) | Exists(leaves)
        found = self.filter(ends, end__gt=now, identifier__deactivated_at=None)
        named = found.select_related(
            "company", "recipient", "identifier__owner", "identifier__integration"
        )
        return named.annotate(is_listed=Exists(listed))


class Reminder(models.Model):
    """A reminder for somebody: before this end, at this step, in this company.

    ``taken_at`` is when a worker began to send it, ``sent_at`` when the mail server had it.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    identifier = models.ForeignKey(ApiIdentifier, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="+")
    end = models.DateTimeField()
    step = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Reminder]] = ReminderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="reminder_not_sent"),
        ]
        constraints = [
            models.UniqueConstraint(
                "identifier", "company", "recipient", "end", "step", name="reminded_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifier_id} · {self.step}"
