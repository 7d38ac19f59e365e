"""The Company menu: the pages that exist, for those who may enter them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
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
)


def company_menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the person's access to the company they are in, and its menu."""
    access: CompanyAccess | None = getattr(request, "access", None)
    if access is None:
        return {}
    entries = [entry for entry in COMPANY_MENU if entry.capability in access.capabilities]
    names = " ".join(entry.url_name for entry in entries)
    return {"access": access, "company_menu": entries, "company_menu_names": names}
