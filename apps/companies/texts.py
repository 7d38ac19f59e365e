"""The words for roles, functions, levels, packages and refusals."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.companies.rules import (
    Area,
    Capability,
    Function,
    Grants,
    Level,
    Package,
    Refusal,
    Role,
    Validity,
)
from apps.core.refusals import Reason

ROLES: Mapping[Role, Promise] = {
    Role.KH: gettext_lazy("User administrator (KH)"),
    Role.TPK: gettext_lazy("Accounting office's administrator (TPK)"),
    Role.KP: gettext_lazy("Accountant (KP)"),
    Role.TT: gettext_lazy("Auditor (TT)"),
    Role.P: gettext_lazy("Payroll accountant (P)"),
    Role.HH: gettext_lazy("Personal details handler (HH)"),
    Role.COMPANY_ADMINISTRATOR: gettext_lazy("Company administrator"),
}
SORTS = [
    ("", gettext_lazy("Company")),
    ("business_id", gettext_lazy("Business ID")),
    ("package", gettext_lazy("Package")),
    ("ends", gettext_lazy("Access")),
]
"""What the list of one's companies can be sorted by."""
LEVELS: Mapping[Level, Promise] = {
    Level.NONE: pgettext_lazy("level", "none"),
    Level.VIEW: pgettext_lazy("level", "view"),
    Level.EDIT: pgettext_lazy("level", "edit"),
}
PACKAGES: Mapping[Package, Promise | str] = {
    Package.BASIC: "Basic",
    Package.CORE: "Core",
    Package.PROFESSIONAL: "Professional",
    Package.PREMIUM: "Premium",
    Package.PAYROLL: pgettext_lazy("package", "Payroll"),
}
AREAS: Mapping[Area, Promise] = {
    Area.COMPANY: gettext_lazy("Company"),
    Area.SALES: gettext_lazy("Sales"),
    Area.PRODUCTS: gettext_lazy("Products"),
    Area.PURCHASES: gettext_lazy("Purchases"),
    Area.FINANCIAL: gettext_lazy("Financial management"),
    Area.SALARIES: gettext_lazy("Salaries"),
}
FUNCTIONS: Mapping[Function, Promise] = {
    Function.BASIC_DATA: gettext_lazy("Basic data management"),
    Function.BASIC_DATA_IMPORT: gettext_lazy("Basic data import"),
    Function.USERS_AND_ROLES: gettext_lazy("Users and roles"),
    Function.INTERFACE_RESOURCES: gettext_lazy("Interface resources"),
    Function.NETVISOR_STORE: gettext_lazy("Netvisor Store"),
    Function.CUSTOMERS: gettext_lazy("Customers"),
    Function.OFFERS_AND_ORDERS: gettext_lazy("Offers and orders"),
    Function.SALES_INVOICES: gettext_lazy("Sales invoices"),
    Function.SALES_PAYMENTS: gettext_lazy("Sales payments"),
    Function.PRODUCTS: gettext_lazy("Products"),
    Function.WAREHOUSE: gettext_lazy("Warehouse"),
    Function.VENDORS: gettext_lazy("Vendors"),
    Function.PURCHASE_INVOICES: gettext_lazy("Purchase invoices"),
    Function.PURCHASE_ORDERS: gettext_lazy("Purchase orders"),
    Function.PAYMENTS: gettext_lazy("Payments"),
    Function.VOUCHERS: gettext_lazy("Vouchers"),
    Function.BASIC_REPORTING: gettext_lazy("Basic reporting"),
    Function.VAT_AND_NOTICES: gettext_lazy("VAT and notices"),
    Function.CLOSING: gettext_lazy("Closing the accounts"),
    Function.BUDGETING: gettext_lazy("Budgeting"),
    Function.DIMENSIONS: gettext_lazy("Dimensions"),
    Function.EMPLOYEES: gettext_lazy("Employees"),
    Function.PAYROLL: pgettext_lazy("function", "Payroll"),
    Function.WORKING_HOURS: gettext_lazy("Working hours"),
    Function.TRAVEL_AND_EXPENSES: gettext_lazy("Travel and expenses"),
}
NEEDS: Mapping[Capability, Promise] = {
    Capability.ENTER: gettext_lazy("To enter, you need access rights that are valid."),
    Capability.VIEW_RIGHTS: gettext_lazy(
        "To view this page, you need the right Interface resources: view or edit."
    ),
    Capability.EDIT_RIGHTS: gettext_lazy(
        "To edit, you need the role KH or TPK and the right Interface resources: edit."
    ),
    Capability.CREATE_IDENTIFIERS: gettext_lazy(
        "To create API identifiers, you need edit level on at least one function-specific right."
    ),
    Capability.OVERSEE_IDENTIFIERS: gettext_lazy(
        "To stop other users' API identifiers, you need the role KH or TPK and at least"
        " one function-specific right."
    ),
    Capability.VIEW_USERS: gettext_lazy(
        "To view this page, you need the role KH, TPK or TT and at least one function-"
        "specific right, or the right Users and roles: view."
    ),
    Capability.EDIT_USERS: gettext_lazy(
        "To change other users' rights, you need the role KH or TPK and at least one"
        " function-specific right."
    ),
    Capability.VIEW_HISTORY: gettext_lazy(
        "To view this page, you need the role KH, TPK or TT and at least one function-"
        "specific right."
    ),
    Capability.SERVE: gettext_lazy(
        "To work with a client company, you need the role TPK and at least one function-"
        "specific right in it."
    ),
}
REFUSED: Mapping[Capability, Promise] = {
    Capability.ENTER: gettext_lazy("You don't have access to %(company)s"),
    Capability.VIEW_RIGHTS: gettext_lazy(
        "You don't have the right to see the rights of %(company)s"
    ),
    Capability.EDIT_RIGHTS: gettext_lazy(
        "You don't have the right to change the rights of %(company)s"
    ),
    Capability.CREATE_IDENTIFIERS: gettext_lazy(
        "You don't have the right to create API identifiers in %(company)s"
    ),
    Capability.OVERSEE_IDENTIFIERS: gettext_lazy(
        "You don't have the right to stop other users' API identifiers in %(company)s"
    ),
    Capability.VIEW_USERS: gettext_lazy("You don't have the right to see the users of %(company)s"),
    Capability.EDIT_USERS: gettext_lazy(
        "You don't have the right to change the users of %(company)s"
    ),
    Capability.VIEW_HISTORY: gettext_lazy(
        "You don't have the right to see the change history of %(company)s"
    ),
    Capability.SERVE: gettext_lazy("%(company)s is not one of your client companies"),
}
NOT_MOVED: Mapping[Reason, Promise] = {
    Refusal.NOBODY_LEFT: gettext_lazy("Nobody in this company would have the role KH or TPK."),
}


def held(grants: Grants, capability: Capability) -> str:
    """Return what somebody holds of the function rights that a capability asks for."""
    if capability is Capability.CREATE_IDENTIFIERS:
        count = sum(level is Level.EDIT for level in grants.levels.values())
        return _("Function-specific rights with edit level: %(count)d") % {"count": count}
    if capability not in (Capability.VIEW_RIGHTS, Capability.EDIT_RIGHTS):
        count = sum(level is not Level.NONE for level in grants.levels.values())
        return _("Function-specific rights with view or edit level: %(count)d") % {"count": count}
    level = LEVELS[grants.level(Function.INTERFACE_RESOURCES)]
    return f"{FUNCTIONS[Function.INTERFACE_RESOURCES]}: {level}"


def role_codes(roles: Iterable[Role]) -> str:
    """Return the short names of roles, in the order of the enumeration: "TPK, KH"."""
    held = set(roles)
    return ", ".join(
        str(ROLES[role]) if role is Role.COMPANY_ADMINISTRATOR else role.value
        for role in Role
        if role in held
    )


def company_count(count: int) -> str:
    """Return "36 companies"."""
    return ngettext("%(count)d company", "%(count)d companies", count) % {"count": count}


def found_count(count: int, *, more: bool) -> str:
    """Return how many companies were found, if any; those beyond a page are not counted."""
    if not count:
        return ""
    if not more:
        return company_count(count)
    return ngettext("More than %(count)d company", "More than %(count)d companies", count) % {
        "count": count
    }


def day(moment: datetime) -> str:
    """Return a date as people read it, in the server's time zone."""
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def period(validity: Validity, start: datetime | None, end: datetime | None) -> str:
    """Return a membership's period in words."""
    if validity is Validity.ENDED and end:
        return _("Access rights expired %(date)s") % {"date": day(end)}
    if validity is Validity.NOT_YET and start:
        return _("From %(date)s") % {"date": day(start)}
    if end:
        return _("Until %(date)s") % {"date": day(end)}
    return _("Until further notice")
