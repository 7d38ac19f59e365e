"""Columns of this app alone."""

from typing import Any

from django.db import models

from apps.resources.rules import ResourceSet


class ResourceSetField(models.BinaryField):  # type: ignore[type-arg]
    """A ResourceSet in 32 bytes (docs/decisions/001).

    Raises ValueError for a stored value of another length: a damaged set allows nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 32, **kwargs})

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def from_db_value(self, value: Any, *_: Any) -> ResourceSet | None:
        return None if value is None else ResourceSet.from_bytes(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        stored = value if prepared else self.get_prep_value(value)
        return super().get_db_prep_value(stored, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return bytes(self.value_from_object(obj)).hex()

    def to_python(self, value: Any) -> Any:
        return ResourceSet.from_hex(value) if isinstance(value, str) else value
