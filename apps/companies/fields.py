"""Columns of this app alone."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Lookup
from django.urls.converters import StringConverter
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus

from apps.companies import rules
from apps.companies.rules import Role
from apps.core.text import as_code

WRITTEN = re.compile(r"(?:FI)?([0-9]{7}|[0-9]{6}(?=-))-?([0-9])", re.IGNORECASE)
"""A business id, or a Finnish VAT number, which is made of one."""


def as_business_id(text: str) -> str:
    """Return what was typed in the form ``1234567-8`` if it can be read so, else as it is.

    It may be pasted with spaces, lack the dash or be a VAT number ("FI12345678"); six-digit numbers of old companies
    get their leading zero. Whether the check digit is right is another question.
    """
    typed = as_code(text)
    written = WRITTEN.fullmatch(typed)
    return f"{written[1]:0>7}-{written[2]}" if written else typed


def clean_business_id(text: str) -> str:
    """Return a Finnish business id in its usual form, ``1234567-8``.

    Reads it as ``as_business_id`` does. Raises ValidationError when the check digit is wrong.
    """
    try:
        return str(ytunnus.format(ytunnus.validate(as_business_id(text))))
    except NumberError:
        raise ValidationError(
            _("%(text)s is not a valid business ID."),
            params={"text": text[:20]},
            code="business_id",
        ) from None


class BusinessId(StringConverter):
    """A company's part of an address; anything else is no address of ours."""

    regex = r"\d{7}-\d"


class BusinessIdField(models.CharField):  # type: ignore[type-arg]
    """A Finnish business id, checked and brought to its usual form by ``full_clean``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 9, **kwargs})

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return str(super().clean(clean_business_id(str(value)), model_instance))


if TYPE_CHECKING:
    Number = models.PositiveSmallIntegerField[Collection[Role], frozenset[Role]]
else:
    Number = models.PositiveSmallIntegerField


class RolesField(Number):
    """A set of roles, one bit for each, so that databases can ask who holds one of several."""

    def get_default(self) -> frozenset[Role]:
        return frozenset()

    def from_db_value(self, value: int | None, *_: Any) -> frozenset[Role] | None:
        return None if value is None else rules.roles_of(value)

    def to_python(self, value: Any) -> Any:
        return rules.roles_of(value) if isinstance(value, int) else frozenset(value or ())

    def get_prep_value(self, value: Any) -> int | None:
        return value if value is None or isinstance(value, int) else rules.bits_of(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return self.to_python(value)  # a set is not within bounds, as numbers are


@RolesField.register_lookup
class AnyOf(Lookup):
    """Whether one of some roles is held."""

    lookup_name = "any_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare bit by bit."""
        column, before = self.process_lhs(compiler, connection)
        roles, after = self.process_rhs(compiler, connection)
        return f"({column} & {roles}) <> 0", (*before, *after)


class LevelsField(models.JSONField):
    """A level for each function; what is none is left out, so an empty one opens nothing."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if isinstance(value, dict):
            value = rules.stored_levels(value)
        return super().get_db_prep_value(value, connection, prepared)


def opens_anything(levels: str) -> models.GeneratedField:
    """Return a column that the database keeps: whether a column of levels opens anything."""
    return models.GeneratedField(
        expression=~models.Q(**{levels: {}}),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )


class DaysField(forms.IntegerField):
    """Reads a number of days."""

    def to_python(self, value: Any) -> int:
        return super().to_python(value) or 0


class DaysColumn(models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """A number of days; what is left empty is none."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        # The database knows no difference.
        return name, "django.db.models.PositiveSmallIntegerField", list(args), kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": DaysField, **kwargs})


def factor_days() -> DaysColumn:
    """Return the column that says how many days people have to set up a second factor.

    None unless somebody says so: who hands out rights is whom others want to be, and setting up
    a passkey takes a minute. Companies that must hand out devices first need days.
    """
    return DaysColumn(
        _("days to set up a passkey or an app"),
        blank=True,
        default=0,
        db_default=0,  # servers of the version before insert without it
        validators=[MaxValueValidator(rules.MOST_DAYS)],
        help_text=_("14 at most. Until then a password alone is enough for those who administer."),
    )
