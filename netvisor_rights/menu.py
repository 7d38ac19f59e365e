"""The Company menu and the Office menu: the pages that exist, for those who may enter them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.companies.access import CompanyAccess, OfficeAccess
from apps.companies.rules import Capability


@dataclass(frozen=True)
class Entry:
    """One page of the menu: its name, its address by name, and what entering it needs."""

    label: Promise
    url_name: str
    capability: Capability


COMPANY_MENU = (
    Entry(_("API identifiers"), "api_identifiers", Capability.ENTER),
    Entry(_("Rights of interface resources"), "rights", Capability.VIEW_RIGHTS),
    Entry(_("Excel identifiers"), "excel_identifiers", Capability.ENTER),
    Entry(_("Users and roles"), "users", Capability.VIEW_USERS),
    Entry(_("Change history"), "history", Capability.VIEW_HISTORY),
)
OFFICE_MENU = (
    Entry(_("Client companies"), "office", Capability.SERVE),
    Entry(_("Bulk rights"), "bulk", Capability.SERVE),
)


def company_menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the person's access to the company they are in, and its menu.

    ``serves`` names the accounting office that they serve it for.

    Pages of accounting offices have the Office menu in its place.
    """
    access: CompanyAccess | None = getattr(request, "access", None)
    if access is None:
        return office_menu(request)
    entries = [entry for entry in COMPANY_MENU if entry.capability in access.capabilities]
    office = access.company.office if Capability.SERVE in access.capabilities else None
    serves = office.name if office else ""
    place = [access.company.business_id]
    menu = _menu(request, entries, place, _("Company menu"), serves)
    return {"access": access, "serves": serves, **menu}


def office_menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the Office menu, and the name of the person's accounting office."""
    office: OfficeAccess | None = getattr(request, "office", None)
    if office is None:
        return {}
    names = [one.name for one in office.all_offices]
    name = names[0] if len(names) == 1 else str(_("Accounting offices"))
    return {"office_name": name, **_menu(request, OFFICE_MENU, [], _("Office menu"), name)}


def _menu(
    request: HttpRequest, entries: Iterable[Entry], place: list[str], name: Promise, known: str
) -> dict[str, Any]:
    addresses = {reverse(entry.url_name, args=place): entry.label for entry in entries}
    here = max(filter(request.path.startswith, addresses), key=len, default="")
    return {
        "menu_name": name,
        "menu": [(label, address, address == here) for address, label in addresses.items()],
        "menu_known": " ".join([here, *addresses, known]),
    }
