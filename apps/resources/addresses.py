"""Where the rights page and its parts are."""

from django.urls import reverse

from apps.companies.access import CompanyAccess


def address(access: CompanyAccess, name: str, public_id: str | None) -> str:
    """Return an address of the rights page: ``rights``, ``set_rights``, ``undo_rights`` etc.

    Each has a twin for one integration, named ``integration_...``.
    """
    if public_id is None:
        return reverse(name, args=[access.company.business_id])
    return reverse(f"integration_{name}", args=[access.company.business_id, public_id])
