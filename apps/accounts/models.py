"""The user: a person, known by email."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fields import FoldedField, NameColumn, SortField, TrigramIndex
from apps.core.text import one_spelling


class UserManager(BaseUserManager["User"]):
    """Makes users; emails are kept in one spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user; without a password nobody can sign in as them."""
        user = self.model(email=one_spelling(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a member of the site staff with every permission."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an email address. Rights come from memberships alone."""

    email = models.EmailField(_("email"), unique=True)
    name = NameColumn(_("name"), max_length=100)
    name_folded = FoldedField("name", "email")
    name_sorted = SortField("name")
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, blank=True, default=""
    )
    is_staff = models.BooleanField(_("site staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    mails_refusals = models.BooleanField(_("emails about new refusals"), default=False)
    factor_asked_at = models.DateTimeField(null=True, editable=False)
    """When they were told first that they need a second factor."""
    told_of_refusals_on = models.DateField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [TrigramIndex("name_folded", name="user_in_part")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case")
        ]

    def clean(self) -> None:
        """Keep emails in one spelling, as sign-in looks for them."""
        super().clean()
        self.email = one_spelling(self.email)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
