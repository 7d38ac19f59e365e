"""Columns that several apps use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from apps.core.forms import NameField
from apps.core.text import fold, sort_key


class DerivedField(models.TextField):  # type: ignore[type-arg]
    """A text that is made of other text columns, written with every save."""

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(**{"editable": False, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, kwargs = super().deconstruct()
        return name, path, list(self.sources), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        value = self.derived([getattr(model_instance, source) for source in self.sources])
        setattr(model_instance, self.attname, value)
        return value

    def derived(self, texts: Sequence[str]) -> str:
        """Return what is stored for the texts of the other columns."""
        raise NotImplementedError


class FoldedField(DerivedField):
    """The case-folded copy of other text columns, one line each, to search in."""

    def derived(self, texts: Sequence[str]) -> str:
        return "\n".join(map(fold, texts))


class SortField(DerivedField):
    """What another text column is sorted by; every database compares it by code points."""

    def derived(self, texts: Sequence[str]) -> str:
        return sort_key("".join(texts))

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class TrigramIndex(GinIndex):
    """Finds a text anywhere in a column on PostgreSQL; SQLite, which has none such, reads it all."""

    def __init__(self, column: str, *, name: str) -> None:
        super().__init__(fields=[column], name=name, opclasses=["gin_trgm_ops"])
        self.column = column

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, _, _ = super().deconstruct()
        return path, [self.column], {"name": self.name}

    def create_sql(self, model: Any, schema_editor: Any, *args: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return super().create_sql(model, schema_editor, *args, **kwargs)

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return ""
        return super().remove_sql(model, schema_editor, **kwargs)


class NameColumn(models.CharField):  # type: ignore[type-arg]
    """A name: forms of the model, those of the site administration too, read it as one."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        # The database knows no difference.
        return name, "django.db.models.CharField", list(args), kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": NameField, **kwargs})


class UnreadableValueError(ValueError):
    """A stored value that none of the configured keys opens."""


def keyring() -> MultiFernet:
    """Return the keys of ``FIELD_KEYS``, newest first: the first encrypts, all decrypt."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


class Secret:
    """An encrypted text. Only ``reveal`` opens it; wherever it is printed it shows as dots."""

    __slots__ = ("stored",)

    def __init__(self, stored: str) -> None:
        self.stored = stored

    @classmethod
    def of(cls, text: str) -> Secret:
        """Encrypt a text with the newest key."""
        return cls(keyring().encrypt(text.encode()).decode())

    def reveal(self) -> str:
        """Return the text; raises UnreadableValueError when no configured key opens it."""
        try:
            return keyring().decrypt(self.stored.encode()).decode()
        except InvalidToken:
            # Without "from": the stored text must not reach a traceback.
            raise UnreadableValueError("no key in FIELD_KEYS opens the value") from None

    def __repr__(self) -> str:
        return "••••••••••••"


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A Secret. Reading a row opens nothing, so one unreadable value breaks no list.

    Two equal texts are stored differently, so no lookup but ``isnull`` exists.
    """

    def get_default(self) -> Any:
        value = super().get_default()
        return Secret.of(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            value = Secret.of(value)
        return None if value is None else str(value.stored)

    def from_db_value(self, value: str | None, *_: Any) -> Secret | None:
        return None if value is None else Secret(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
