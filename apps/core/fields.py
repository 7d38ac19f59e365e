"""Columns that several apps use."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from apps.core.text import fold


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """The case-folded copy of other text columns, one line each, written with every save."""

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(**{"editable": False, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, kwargs = super().deconstruct()
        return name, path, list(self.sources), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        value = "\n".join(fold(getattr(model_instance, source)) for source in self.sources)
        setattr(model_instance, self.attname, value)
        return value


class UnreadableValueError(ValueError):
    """A stored value that none of the configured keys opens."""


def keyring() -> MultiFernet:
    """Return the keys of ``FIELD_KEYS``, newest first: the first encrypts, all decrypt."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted in the table.

    Raises UnreadableValueError when a row is read that no configured key opens. Two equal
    values are stored differently, so no lookup but ``isnull`` exists.
    """

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        return None if text is None else keyring().encrypt(text.encode()).decode()

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if value is None:
            return None
        try:
            return keyring().decrypt(value.encode()).decode()
        except InvalidToken:
            # Without "from": the stored text must not reach a traceback.
            raise UnreadableValueError(f"{self}: no key in FIELD_KEYS opens the value") from None

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
