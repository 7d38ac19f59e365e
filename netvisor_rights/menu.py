"""The Company menu: the pages that exist, for those who may enter them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.companies.access import CompanyAccess
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


def company_menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the person's access to the company they are in, and its menu."""
    access: CompanyAccess | None = getattr(request, "access", None)
    if access is None:
        return {}
    entries = [entry for entry in COMPANY_MENU if entry.capability in access.capabilities]
    addresses = [reverse(entry.url_name, args=[access.company.business_id]) for entry in entries]
    lines = [
        (entry.label, address, request.path.startswith(address))
        for entry, address in zip(entries, addresses, strict=True)
    ]
    known = " ".join(f"{address} {current}" for _label, address, current in lines)
    return {"access": access, "company_menu": lines, "company_menu_known": known}
