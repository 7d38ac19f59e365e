"""Columns of this app alone."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls.converters import StringConverter
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus


def clean_business_id(text: str) -> str:
    """Return a Finnish business id in its usual form, ``1234567-8``.

    Raises ValidationError when the check digit is wrong. Six-digit numbers of old companies
    get their leading zero.
    """
    usual = re.sub(r"^(\d{6}-\d)$", r"0\1", text.strip())
    try:
        return str(ytunnus.format(ytunnus.validate(usual)))
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
