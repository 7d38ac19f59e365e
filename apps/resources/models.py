"""The catalogue, and what each company allows of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.audit.sets import Lacks, Meets
from apps.companies.access import CompanyAccess
from apps.companies.models import Company
from apps.companies.rules import Role
from apps.companies.texts import ROLES
from apps.core.fields import EncryptedTextField, FoldedField, NameColumn, SortField
from apps.core.text import fold, sort_key
from apps.resources.fields import ResourceSetField
from apps.resources.keys import new_key, new_partner_id, new_public_id
from apps.resources.rules import EVERYTHING, LATELY, NOTHING, Lately, ResourceSet, Review, Stored

SET = models.BinaryField()
LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]


class Named(models.Model):
    """Something with a name in three languages; a missing translation falls back to English."""

    name_en = NameColumn(_("name in English"), max_length=150)
    name_fi = NameColumn(_("name in Finnish"), max_length=150, blank=True)
    name_sv = NameColumn(_("name in Swedish"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def in_language(self, stem: str) -> str:
        """Return the text of ``stem`` in the active language."""
        return getattr(self, f"{stem}_{get_language()}", "") or getattr(self, f"{stem}_en")

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.in_language("name")


class Explained(Named):
    """Something whose purpose is told too, in each language."""

    purpose_en = models.TextField(_("purpose in English"), blank=True)
    purpose_fi = models.TextField(_("purpose in Finnish"), blank=True)
    purpose_sv = models.TextField(_("purpose in Swedish"), blank=True)

    class Meta:
        abstract = True

    @property
    def purpose(self) -> str:
        """What it is for, in the active language."""
        return self.in_language("purpose")


class CatalogueVersion(models.Model):
    """One row, renewed with every change of the catalogue: processes keep what they read."""

    version = models.UUIDField(default=uuid4)

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def renew(cls) -> None:
        """Let every process read the catalogue anew, once what the caller changed is committed."""
        cls.objects.update_or_create(pk=1, defaults={"version": uuid4()})


class Section(Named):
    """A part of the service that resources belong to, such as Sales."""

    code = models.SlugField(max_length=50, unique=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["order"]


class ResourceGroup(Named):
    """A sub-heading within a section."""

    code = models.SlugField(max_length=50, unique=True)
    section = models.ForeignKey(Section, models.PROTECT, related_name="groups")
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("group of resources")
        verbose_name_plural = _("groups of resources")
        ordering = ["order"]


class Direction(models.TextChoices):
    """Which way data moves, seen from Netvisor."""

    IMPORT = "import", _("Import, into Netvisor")
    EXPORT = "export", _("Get, out of Netvisor")


class Sensitivity(models.TextChoices):
    """Why it matters who may use a resource, in one word; each is reasoned in csv/resources.csv."""

    PAY = "pay", pgettext_lazy("class of resources", "pay")
    PERSONAL = "personal", pgettext_lazy("class of resources", "personal")
    BANK = "bank", pgettext_lazy("class of resources", "bank")
    DELETES = "deletes", pgettext_lazy("class of resources", "deletes")
    NONE = "none", pgettext_lazy("class of resources", "none")


class InterfaceResource(Explained):
    """One function of the interface, such as ``customer.nv``."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    order = models.PositiveSmallIntegerField()
    group = models.ForeignKey(ResourceGroup, models.PROTECT, related_name="resources")
    method = models.CharField(_("method"), max_length=10)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    per_transaction = models.BooleanField(_("charged per transaction"), default=False)
    owner_role = models.CharField(
        _("role that the identifier's owner needs"), max_length=5, blank=True
    )
    sensitivity = models.CharField(
        _("class"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.NONE
    )
    doc_url = models.URLField(_("technical description"), max_length=300, blank=True)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("interface resource")
        verbose_name_plural = _("interface resources")
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__range=(0, 255)), name="resource_position_fits_a_set"
            )
        ]

    @property
    def sensitive(self) -> bool:
        """Whether it matters more than usual who may use it."""
        return self.sensitivity != Sensitivity.NONE

    @property
    def headings(self) -> list[str]:
        """What stands above it: the names of its group and section, in the active language."""
        return [self.group.name, self.group.section.name]

    @property
    def told(self) -> list[str]:
        """What else tells of it, the active language first: its purpose, and the other names."""
        languages = sorted(LANGUAGE_CODES, key=lambda code: code != get_language())
        named = [self, self.group, self.group.section]
        stems = [(self, "purpose"), *((one, "name") for one in named)]
        return [getattr(one, f"{stem}_{code}") for code in languages for one, stem in stems]

    @property
    def owner_role_name(self) -> str:
        """The role that the identifier's owner needs as well; empty if none."""
        return str(ROLES[Role(self.owner_role)]) if self.owner_role else ""


class IntegrationQuerySet(models.QuerySet["Integration"]):
    """Integrations, as far as somebody may know of them."""

    def visible_to(self, access: CompanyAccess, found: Collection[str] = ()) -> IntegrationQuerySet:
        """Return the finished ones, those listed in the company, and those found by their key.

        A custom integration cannot be discovered: without its key or a listing it is as if it
        did not exist (docs/decisions/004). ``found`` holds public ids.
        """
        finished = Q(kind=Integration.Kind.FINISHED, retired=False)
        listed = Q(pk__in=Listing.objects.visible_to(access).values("integration"))
        known = finished | listed | Q(public_id__in=list(found), retired=False)
        return self.filter(known)

    def named(self, text: str) -> IntegrationQuerySet:
        """Return the finished ones whose name contains the text in any language."""
        finished = self.filter(kind=Integration.Kind.FINISHED, retired=False)
        return finished.filter(name_folded__contains=fold(text))

    def with_listed(self, access: CompanyAccess) -> IntegrationQuerySet:
        """Add ``is_listed``: whether the company has rights of its own for it."""
        listed = Listing.objects.visible_to(access).filter(integration=OuterRef("pk"))
        return self.annotate(is_listed=Exists(listed))

    def with_access_key(self, key: str) -> Integration | None:
        """Return the custom integration with exactly this access key, if there is one."""
        custom = self.filter(kind=Integration.Kind.CUSTOM, retired=False)
        return custom.filter(access_key=key).first()


class Integration(Explained):
    """Software that wants to use the interface."""

    class Kind(models.TextChoices):
        """Finished ones are public; a custom one is found only by its access key."""

        FINISHED = "finished", _("Finished integration")
        CUSTOM = "custom", _("Custom integration")

    class NeedsSource(models.TextChoices):
        """How we know what an integration needs."""

        DOCUMENTED = "documented", _("documented")
        DERIVED = "derived", _("our estimate")

    code = models.SlugField(max_length=50, unique=True, null=True, editable=False)  # noqa: DJ001 - null: not from our files
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name_folded = FoldedField("name_en", "name_fi", "name_sv")
    name_sorted = SortField("name_en")
    vendor = NameColumn(_("vendor"), max_length=150, blank=True)
    access_key = models.CharField(  # noqa: DJ001 - null: finished ones have none
        _("access key"), max_length=32, unique=True, null=True, editable=False
    )
    partner_id = models.CharField(
        _("partner ID"), max_length=64, unique=True, default=new_partner_id, editable=False
    )
    partner_key = EncryptedTextField(default=new_key, editable=False)
    available_only = ResourceSetField(_("limited to"), null=True, blank=True)
    needed = ResourceSetField(_("needed resources"), default=ResourceSet, blank=True)
    needs_source = models.CharField(
        _("source of the needs"), max_length=10, choices=NeedsSource.choices, blank=True
    )
    built_in = models.BooleanField(
        _("built in"), default=False, help_text=_("Works with every service package.")
    )
    retired = models.BooleanField(_("retired"), default=False)

    objects: ClassVar[models.Manager[Integration]] = IntegrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("integration")
        verbose_name_plural = _("integrations")
        ordering = ["name_sorted"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="custom", access_key__isnull=False)
                | Q(kind="finished", access_key=None),
                name="integration_access_key_if_custom",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            CatalogueVersion.renew()

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands in a list, by its name in the active language."""
        return sort_key(self.name), self.pk

    @property
    def limited(self) -> bool:
        """Whether only some resources are available to it."""
        return self.available_only is not None

    @property
    def available(self) -> ResourceSet:
        """The resources available to it, retired ones included."""
        return EVERYTHING if self.available_only is None else self.available_only

    @property
    def needs_are_documented(self) -> bool:
        """Whether what it needs is written by its vendor or Netvisor, and no estimate of ours."""
        return self.needs_source == self.NeedsSource.DOCUMENTED

    @property
    def is_custom(self) -> bool:
        """Whether it is found only by its access key."""
        return self.kind == self.Kind.CUSTOM


def in_force(live: ResourceSet) -> Meets:
    """Return the condition that something counts of a listing: ``Standing.in_force``.

    ``live`` is what is not retired, here and below.
    """
    limit = Coalesce("integration__available_only", Value(bytes(EVERYTHING)), output_field=SET)
    return Meets("allowed", limit, bytes(live))


def beyond(used: Combinable, live: ResourceSet) -> Lacks:
    """Return the condition that more is in force of a listing than was used."""
    limit = Coalesce("integration__available_only", Value(bytes(EVERYTHING)), output_field=SET)
    return Lacks(used, "allowed", limit, bytes(live))


def new_on(today: date) -> Case:
    """Return what was allowed so lately that it cannot be called unused: ``Standing.new``."""
    lately = When(last_allowed_on__gt=today - LATELY, then=F("lately"))
    return Case(lately, default=Value(bytes(NOTHING)), output_field=SET)


def lacking(live: ResourceSet) -> Lacks:
    """Return the condition that an integration lacks what it needs: ``Standing.lacking``."""
    needed = Coalesce("integration__available_only", "integration__needed", output_field=SET)
    return Lacks("allowed", needed, bytes(live))


def exceeding(live: ResourceSet) -> Q:
    """Return the condition that more is allowed than a documented need: ``Standing.exceeds``."""
    limit = Coalesce("integration__available_only", Value(bytes(EVERYTHING)), output_field=SET)
    needed = Coalesce("integration__available_only", "integration__needed", output_field=SET)
    documented = Q(integration__needs_source=Integration.NeedsSource.DOCUMENTED)
    known = documented & ~Q(integration__needed=ResourceSet())
    return known & Q(Lacks(needed, "allowed", limit, bytes(live)))


class ListingQuerySet(models.QuerySet["Listing"]):
    """Listings, always asked for on behalf of somebody in a company."""

    def visible_to(self, access: CompanyAccess) -> ListingQuerySet:
        """Return the listings of the company."""
        return self.of_company(access.company)

    def of_company(self, company: Company) -> ListingQuerySet:
        """Return the listings of a company; the caller knows that the person may see it."""
        return self.filter(company=company)

    def block(self, by_integration: Mapping[int | None, Stored]) -> None:
        """Store some states in which nothing is allowed, by integration, in one statement."""
        waits = [
            When(integration=pk, then=Value(stored.waiting, output_field=ResourceSetField()))
            for pk, stored in by_integration.items()
        ]
        self.update(allowed=ResourceSet(), waiting=Case(*waits, default=F("waiting")))


class Listing(models.Model):
    """One company's rights for one integration; without integration, the general access rights.

    Made by the first own right or restriction and never deleted. ``reviewed`` is what was in force
    when somebody last found it still right; ``lately`` is what was allowed within ninety days
    before its ``last_allowed_on`` (``rules.Lately``).
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="listings")
    integration = models.ForeignKey(
        Integration, models.PROTECT, related_name="listings", null=True, blank=True
    )
    allowed = ResourceSetField(default=ResourceSet)
    waiting = ResourceSetField(default=ResourceSet)
    left_blocked = models.BooleanField(default=False)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=400, blank=True, default="", db_default="")
    reviewed = ResourceSetField(null=True)
    lately = ResourceSetField(null=True)
    last_allowed_on = models.DateField(null=True)

    objects: ClassVar[models.Manager[Listing]] = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "integration"],
                condition=Q(integration__isnull=False),
                name="listing_once_per_integration",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(integration=None),
                name="listing_once_for_general",
            ),
        ]

    def __str__(self) -> str:
        return self.integration.name if self.integration else str(_("General access rights"))

    @property
    def stored(self) -> Stored:
        """What it keeps, as the rules know it."""
        lately = Lately(self.lately or NOTHING, self.last_allowed_on)
        return Stored(self.allowed, self.waiting, self.left_blocked, lately)

    @property
    def review(self) -> Review | None:
        """When it was last found right, by whom, and what that was; none if it never was."""
        if self.reviewed_at is None or self.reviewed is None:
            return None
        return Review(self.reviewed_at, self.reviewed_by, self.reviewed)

    def having(self, stored: Stored) -> Listing:
        """Return itself with what it shall keep, not saved."""
        self.allowed, self.waiting, self.left_blocked = stored.allowed, stored.waiting, stored.left
        self.lately, self.last_allowed_on = stored.lately.resources, stored.lately.last
        return self
