"""Columns of this app alone."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls.converters import StringConverter
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus

WRITTEN = re.compile(r"(?:FI)?([0-9]{7}|[0-9]{6}(?=-))-?([0-9])", re.IGNORECASE)
"""A business id, or a Finnish VAT number, which is made of one."""


def as_business_id(text: str) -> str:
    """Return what was typed in the form ``1234567-8`` if it can be read so, else as it is.

    It may lack the dash or be a VAT number ("FI12345678"); six-digit numbers of old companies
    get their leading zero. Whether the check digit is right is another question.
    """
    typed = text.strip()
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
            _("%(text)s is not a business ID."), params={"text": text[:20]}, code="business_id"
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
