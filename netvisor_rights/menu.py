"""The Company menu and the Office menu: the pages that exist, for those who may enter them."""

from __future__ import annotations

from collections.abc import Sequence
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
    Entry(_("API calls"), "calls", Capability.VIEW_RIGHTS),
)
OFFICE_MENU = (
    Entry(_("Client companies"), "office", Capability.SERVE),
    Entry(_("Bulk changes"), "bulk", Capability.SERVE),
)


@dataclass(frozen=True)
class Line:
    """One line of the menu."""

    label: Promise
    address: str
    current: bool


@dataclass(frozen=True)
class Menu:
    """The menu of a page, and where that page is: in a company, or with an accounting office.

    ``serves`` names the accounting office that the person serves the company for.
    """

    name: str | Promise
    place: str
    serves: str
    lines: Sequence[Line]


def menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the person's access to the company they are in, the menu, and where help is.

    Fragments ask for no menu, so it is made only when it is shown.
    """
    access = getattr(request, "access", None)
    return {"access": access, "menu": lambda: _menu(request, access), "help": lambda: _help(access)}


def _help(access: CompanyAccess | None) -> str:
    return reverse("company_help", args=[access.company.business_id]) if access else reverse("help")


def _menu(request: HttpRequest, access: CompanyAccess | None) -> Menu | None:
    office: OfficeAccess | None = getattr(request, "office", None)
    if access is not None:
        return company_menu(request.path, access)
    return office_menu(request.path, office) if office else None


def company_menu(path: str, access: CompanyAccess) -> Menu:
    """Return the menu of a company."""
    entries = [entry for entry in COMPANY_MENU if entry.capability in access.capabilities]
    office = access.company.office if Capability.SERVE in access.capabilities else None
    lines = _lines(path, entries, [access.company.business_id])
    return Menu(_("Company menu"), access.company.name, office.name if office else "", lines)


def office_menu(path: str, access: OfficeAccess) -> Menu:
    """Return the menu of the pages of accounting offices."""
    names = [one.name for one in access.all_offices]
    name = names[0] if len(names) == 1 else str(_("Accounting offices"))
    return Menu(_("Office menu"), name, "", _lines(path, OFFICE_MENU, []))


def _lines(path: str, entries: Sequence[Entry], place: list[str]) -> list[Line]:
    addresses = {reverse(entry.url_name, args=place): entry.label for entry in entries}
    here = max(filter(path.startswith, addresses), key=len, default="")
    return [Line(label, address, address == here) for address, label in addresses.items()]
