"""Companies, the accounting offices that serve them, and memberships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.companies import rules, texts
from apps.companies.fields import (
    BusinessIdField,
    LevelsField,
    RolesField,
    as_business_id,
    factor_days,
    opens_anything,
)
from apps.companies.rules import Function, Grants, Level, Role, Validity
from apps.core.fields import FoldedField, NameColumn, SortField, TrigramIndex
from apps.core.text import fold


def few_days(name: str) -> models.CheckConstraint:
    """Return the constraint that nobody is given more days than may be."""
    few = Q(factor_days__lte=rules.MOST_DAYS)
    return models.CheckConstraint(condition=few, name=name)


class AccountingOffice(models.Model):
    """An office that keeps the books of client companies."""

    name = NameColumn(_("name"), max_length=200, unique=True)
    name_sorted = SortField("name")
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="offices",
        blank=True,
        verbose_name=_("people"),
        help_text=_(
            "These people can create client companies and get the roles TPK, KH and KP in"
            " each of them."
        ),
    )
    factor_days = factor_days()

    class Meta:
        verbose_name = _("accounting office")
        verbose_name_plural = _("accounting offices")
        ordering = ["name_sorted"]
        constraints = [few_days("office_factor_days")]

    def __str__(self) -> str:
        return str(self.name)


def place_of_package(column: str) -> Case:
    """Return what companies are sorted by to stand in the order of the packages."""
    places = (
        When(**{column: package}, then=Value(place)) for place, package in enumerate(rules.Package)
    )
    return Case(*places, default=Value(len(rules.Package)))


def holds(now: datetime, at: str = "") -> Q:
    """Return the condition that a membership's period holds ``now``.

    ``at`` leads to the membership, here and below.
    """
    begun = Q(**{f"{at}valid_from": None}) | Q(**{f"{at}valid_from__lte": now})
    return begun & (Q(**{f"{at}valid_until": None}) | Q(**{f"{at}valid_until__gt": now}))


def serving(now: datetime, at: str) -> Q:
    """Return the condition that an active person serves a client company by a membership: TPK.

    As everywhere the role alone opens nothing: it needs a function above none.
    """
    return holds(now, at) & Q(**{f"{at}opens_anything": True, f"{at}roles__any_of": [Role.TPK]})


def showing_rights(at: str = "") -> Q:
    """Return the condition that a membership shows interface rights: above none."""
    shown = [Level.VIEW.value, Level.EDIT.value]
    return Q(**{f"{at}levels__{Function.INTERFACE_RESOURCES.value}__in": shown})


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies, always asked for on behalf of somebody."""

    def served_by(self, user: User) -> CompanyQuerySet:
        """Return those with an accounting office that the person serves.

        Their ``shows_rights`` says whether the person may see the interface rights.
        """
        if not user.is_active:
            return self.none()
        own = FilteredRelation("memberships", condition=Q(memberships__user=user))
        # As an expression: by an index PostgreSQL would begin with all companies of any office.
        of_office = GreaterThan(Coalesce("office_id", 0), 0)
        served = self.annotate(own=own).filter(of_office, serving(timezone.now(), "own__"))
        shown = Case(When(showing_rights("own__"), then=True), default=False)
        return served.annotate(shows_rights=shown)


class Company(models.Model):
    """A company whose books are reached through the interface."""

    business_id = BusinessIdField(_("business ID"), unique=True)
    name = NameColumn(_("name"), max_length=200)
    name_folded = FoldedField("name")
    name_sorted = SortField("name")
    package = models.CharField(
        _("service package"),
        max_length=20,
        choices=[(p.value, texts.PACKAGES[p]) for p in rules.Package],
    )
    office = models.ForeignKey(
        AccountingOffice,
        models.PROTECT,
        related_name="companies",
        null=True,
        blank=True,
        verbose_name=_("accounting office"),
    )

    factor_days = factor_days()
    once = models.UUIDField(null=True, unique=True, editable=False)

    objects: ClassVar[models.Manager[Company]] = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = [
            models.Index(fields=["name_sorted", "business_id"], name="company_by_name"),
            TrigramIndex("name_folded", name="company_in_part"),
            TrigramIndex("business_id", name="business_id_in_part"),
        ]
        constraints = [few_days("company_factor_days")]

    def __str__(self) -> str:
        return f"{self.name} {self.business_id}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, always asked for on behalf of somebody."""

    def visible_to(self, user: User) -> MembershipQuerySet:
        """Return the user's own memberships, each with its company and office."""
        return self.filter(user=user).select_related("company__office")

    def locked(self, user: User, *, waits: bool = True) -> MembershipQuerySet:
        """Lock the person's memberships, each after its company, as every writer does.

        To be narrowed to one company, inside a transaction: it sees both as they are once it
        has the locks. The office is not locked, so it is not read along: in the same statement
        it would be the one of before. Unless it ``waits``, what somebody else holds is left out.
        """
        both = self.filter(user=user).select_related("company")
        return both.select_for_update(of=("company", "self"), no_key=True, skip_locked=not waits)

    def in_force(self, now: datetime | None = None) -> MembershipQuerySet:
        """Return those of active people whose period holds ``now`` (the present unless given)."""
        return self.filter(holds(now or timezone.now()), user__is_active=True)

    def with_any_function(self) -> MembershipQuerySet:
        """Return those with a function above none."""
        return self.filter(opens_anything=True)

    def with_rights_visible(self) -> MembershipQuerySet:
        """Return those that may look at interface rights: "interface resources" above none."""
        return self.filter(showing_rights())

    def holding(self, roles: Iterable[Role]) -> MembershipQuerySet:
        """Return those that hold one of the roles."""
        return self.filter(roles__any_of=roles)

    def giving_every_role(self) -> MembershipQuerySet:
        """Return those whose roles give KH and TPK too, as ``people.rules.givable`` says."""
        above = Q(roles__any_of=[Role.KH]) & Q(roles__any_of=[Role.COMPANY_ADMINISTRATOR])
        return self.filter(Q(roles__any_of=[Role.TPK]) | above)

    def sortable(self) -> MembershipQuerySet:
        """Add what the list of one's companies is sorted by."""
        return self.with_end().annotate(package_order=place_of_package("company__package"))

    def with_end(self) -> MembershipQuerySet:
        """Add ``ends``, to sort by: first those that end next, last those that are over."""
        over = Q(valid_until__lte=timezone.now()) | Q(user__is_active=False)
        lasting = Coalesce("valid_until", Value(rules.LASTS))
        return self.annotate(ends=Case(When(over, then=Value(rules.OVER)), default=lasting))

    def matching(self, text: str) -> MembershipQuerySet:
        """Return those whose company's name or business id contains the text; all without one."""
        return self.filter(
            Q(company__name_folded__contains=fold(text))
            | Q(company__business_id__contains=as_business_id(text))
        )


class Membership(models.Model):
    """One person's rights in one company: roles, a level per function, and a period."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    roles = RolesField(_("roles"), blank=True)
    levels = LevelsField(_("function-specific rights"), default=dict, blank=True)
    opens_anything = opens_anything("levels")
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index(
                fields=["valid_until"],
                condition=Q(valid_until__isnull=False),
                name="membership_ending",
            )
        ]
        constraints = [
            models.UniqueConstraint("user", "company", name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gt=F("valid_from")),
                name="membership_ends_after_start",
                violation_error_message=_("The end date must be after the start date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company}"

    @property
    def grants(self) -> Grants:
        """The roles and levels, without anything unknown."""
        return Grants.read(self.roles, self.levels)

    @property
    def validity(self) -> Validity:
        """Where the present stands in the period."""
        return rules.validity(now=timezone.now(), start=self.valid_from, end=self.valid_until)

    @property
    def ended(self) -> bool:
        """Whether the period does not hold the present."""
        return self.validity is not Validity.IN_FORCE

    @property
    def role_codes(self) -> str:
        """The roles in short, "TPK, KH"."""
        return texts.role_codes(self.grants.roles)

    @property
    def period(self) -> str:
        """The period in words: from when, until when, or that it is over."""
        return texts.period(self.validity, self.valid_from, self.valid_until)


class FormerMember(models.Model):
    """Somebody who was removed from a company, kept to say why their identifiers stopped there.

    Gives no right to anything; gone when the person becomes a member again. ``number`` is that of
    the membership, which stood in the addresses of its pages.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="former_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    removed_at = models.DateTimeField(default=timezone.now)
    number = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("company", "user", name="former_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.company_id}"
