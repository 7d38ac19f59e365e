"""Rows that are written once, and neither changed nor deleted by the application."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class FinalEventError(Exception):
    """Somebody tried to change or delete what is written once."""


class FinalQuerySet(models.QuerySet[Row]):
    """Rows that are readable and insertable."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse: raises FinalEventError."""
        raise FinalEventError

    def delete(self) -> NoReturn:
        """Refuse: raises FinalEventError."""
        raise FinalEventError


class FinalEvent(models.Model):
    """Something that happened at a moment."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; raises FinalEventError for an event that is stored already."""
        if not self._state.adding:
            raise FinalEventError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raises FinalEventError."""
        raise FinalEventError
