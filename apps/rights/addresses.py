"""Where the rights page and its parts are."""

from functools import lru_cache

from django.urls import reverse
from django.urls.converters import StringConverter

from apps.companies.access import CompanyAccess


class PublicId(StringConverter):
    """An integration's part of an address; anything else is no address of ours."""

    regex = "[0-9a-f]{16}"


def address(access: CompanyAccess, name: str, public_id: str | None) -> str:
    """Return an address of the rights page: ``rights``, ``set_rights``, ``undo_rights`` etc.

    Each has a twin for one integration, named ``integration_...``.
    """
    return _address(access.company.business_id, name, public_id)


@lru_cache(maxsize=10_000)
def _address(business_id: str, name: str, public_id: str | None) -> str:
    if public_id is None:
        return reverse(name, args=[business_id])
    return reverse(f"integration_{name}", args=[business_id, public_id])
