"""Who may what in a company: pure decisions, no database.

Source: the help article "Rights of interface resources" and docs/decisions/002.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from apps.core.refusals import Kind, Reason


class Refusal(Reason):
    """Why a company is not moved."""

    NOBODY_LEFT = "nobody_left", Kind.MISTAKE
    """Nobody would hold KH or TPK in the company any more."""


class Role(StrEnum):
    """A flag on a membership. Alone it opens nothing; it adds to the function levels."""

    KH = "KH"
    TPK = "TPK"
    KP = "KP"
    TT = "TT"
    P = "P"
    HH = "HH"
    COMPANY_ADMINISTRATOR = "CA"


class Level(StrEnum):
    """How far a function-specific right goes."""

    NONE = "none"
    VIEW = "view"
    EDIT = "edit"


class Area(StrEnum):
    """A part of the service; its functions belong together."""

    COMPANY = "company"
    SALES = "sales"
    PRODUCTS = "products"
    PURCHASES = "purchases"
    FINANCIAL = "financial"
    SALARIES = "salaries"


class Function(StrEnum):
    """What a function-specific right is about."""

    BASIC_DATA = "basic_data"
    BASIC_DATA_IMPORT = "basic_data_import"
    USERS_AND_ROLES = "users_and_roles"
    INTERFACE_RESOURCES = "interface_resources"
    NETVISOR_STORE = "netvisor_store"
    CUSTOMERS = "customers"
    OFFERS_AND_ORDERS = "offers_and_orders"
    SALES_INVOICES = "sales_invoices"
    SALES_PAYMENTS = "sales_payments"
    PRODUCTS = "products"
    WAREHOUSE = "warehouse"
    VENDORS = "vendors"
    PURCHASE_INVOICES = "purchase_invoices"
    PURCHASE_ORDERS = "purchase_orders"
    PAYMENTS = "payments"
    VOUCHERS = "vouchers"
    BASIC_REPORTING = "basic_reporting"
    VAT_AND_NOTICES = "vat_and_notices"
    CLOSING = "closing"
    BUDGETING = "budgeting"
    DIMENSIONS = "dimensions"
    EMPLOYEES = "employees"
    PAYROLL = "payroll"
    WORKING_HOURS = "working_hours"
    TRAVEL_AND_EXPENSES = "travel_and_expenses"


FUNCTIONS: Mapping[Area, tuple[Function, ...]] = {
    Area.COMPANY: (
        Function.BASIC_DATA,
        Function.BASIC_DATA_IMPORT,
        Function.USERS_AND_ROLES,
        Function.INTERFACE_RESOURCES,
        Function.NETVISOR_STORE,
    ),
    Area.SALES: (
        Function.CUSTOMERS,
        Function.OFFERS_AND_ORDERS,
        Function.SALES_INVOICES,
        Function.SALES_PAYMENTS,
    ),
    Area.PRODUCTS: (Function.PRODUCTS, Function.WAREHOUSE),
    Area.PURCHASES: (
        Function.VENDORS,
        Function.PURCHASE_INVOICES,
        Function.PURCHASE_ORDERS,
        Function.PAYMENTS,
    ),
    Area.FINANCIAL: (
        Function.VOUCHERS,
        Function.BASIC_REPORTING,
        Function.VAT_AND_NOTICES,
        Function.CLOSING,
        Function.BUDGETING,
        Function.DIMENSIONS,
    ),
    Area.SALARIES: (
        Function.EMPLOYEES,
        Function.PAYROLL,
        Function.WORKING_HOURS,
        Function.TRAVEL_AND_EXPENSES,
    ),
}


class Capability(StrEnum):
    """What a view can ask for. The value is ``subject:action``."""

    ENTER = "company:enter"
    VIEW_RIGHTS = "rights:view"
    EDIT_RIGHTS = "rights:edit"
    CREATE_IDENTIFIERS = "identifiers:create"
    OVERSEE_IDENTIFIERS = "identifiers:oversee"
    VIEW_USERS = "users:view"
    EDIT_USERS = "users:edit"
    VIEW_HISTORY = "history:view"
    SERVE = "company:serve"


class Validity(StrEnum):
    """Where the present stands in a membership's period."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    ENDED = "ended"


SOON = timedelta(days=30)
"""How long before the end of a membership or an identifier it needs attention."""
LASTS, OVER = datetime(9998, 1, 1, tzinfo=UTC), datetime(9998, 12, 1, tzinfo=UTC)
"""Where memberships without an end, and those that are over, stand in a list sorted by it."""
CREATING_AREAS = frozenset(Area)
"""Edit level on one function of these areas lets a member create API identifiers."""
ADMINISTRATORS = frozenset({Role.KH, Role.TPK})
"""The roles that may edit interface rights and other people's rights (docs/decisions/002, 008)."""
SECURED = ADMINISTRATORS | {Role.COMPANY_ADMINISTRATOR}
"""The roles with which a password alone is not enough for signing in."""
MOST_DAYS = 14
"""How many days a company or an office can give its people at most to set up a second factor."""
OVERSEERS = ADMINISTRATORS | {Role.TT}
"""The roles that may look at people and at what was changed; auditors change nothing."""

ROLE_OF = {role.value: role for role in Role}
ROLE_BITS: Mapping[Role, int] = {
    Role.KH: 1,
    Role.TPK: 2,
    Role.KP: 4,
    Role.TT: 8,
    Role.P: 16,
    Role.HH: 32,
    Role.COMPANY_ADMINISTRATOR: 64,
}
"""How roles are stored: each has its bit for ever."""
LEVEL_OF = {level.value: level for level in Level}
FUNCTION_OF = {function.value: function for function in Function}


@dataclass(frozen=True)
class Grants:
    """The roles and levels that one person has in one company."""

    roles: frozenset[Role]
    levels: Mapping[Function, Level]

    @classmethod
    def read(cls, roles: Iterable[str], levels: Mapping[str, str]) -> "Grants":
        """Read stored values; an unknown code grants nothing."""
        known = (FUNCTION_OF.get(code) for code in levels)
        return cls(
            roles=frozenset(ROLE_OF[code] for code in roles if code in ROLE_OF),
            levels={
                function: LEVEL_OF[levels[function]]
                for function in known
                if function and levels[function] in LEVEL_OF
            },
        )

    def level(self, function: Function) -> Level:
        """Return the level of a function; none if nothing is known of it."""
        return self.levels.get(function, Level.NONE)


def bits_of(roles: Iterable[str]) -> int:
    """Return the stored form of some roles; raises KeyError for what is no role."""
    return sum({ROLE_BITS[ROLE_OF[role]] for role in roles})


def roles_of(bits: int) -> frozenset[Role]:
    """Return the roles of a stored form; bits of no role grant nothing."""
    return frozenset(role for role, bit in ROLE_BITS.items() if bits & bit)


def stored_levels(levels: Mapping[str, str]) -> dict[str, str]:
    """Return levels as they are stored: what is none, or not known, is left out."""
    known = Grants.read((), levels).levels.items()
    return {function.value: level.value for function, level in known if level is not Level.NONE}


def stored(grants: Grants) -> dict[str, Any]:
    """Return roles and levels as audit events keep them; levels of none are left out."""
    return {
        "roles": [role.value for role in Role if role in grants.roles],
        "levels": {
            function.value: grants.level(function).value
            for function in Function
            if grants.level(function) is not Level.NONE
        },
    }


def validity(*, now: datetime, start: datetime | None, end: datetime | None) -> Validity:
    """Return where ``now`` stands in the period from ``start`` up to, not including, ``end``.

    An empty start means since ever, an empty end until further notice.
    """
    if end is not None and now >= end:
        return Validity.ENDED
    if start is not None and now < start:
        return Validity.NOT_YET
    return Validity.IN_FORCE


def capabilities(grants: Grants) -> frozenset[Capability]:
    """Return what a member with these grants may do, the membership being in force.

    Looking at the rights needs the function "interface resources" at view or edit; editing
    needs it at edit **and** KH or TPK (help article "Rights of interface resources"); the role
    alone opens nothing. KH and TPK oversee the identifiers that work in their company
    (docs/decisions/007).
    """
    level = grants.level(Function.INTERFACE_RESOURCES)
    may = {Capability.ENTER}
    if may_create_identifiers(grants):
        may.add(Capability.CREATE_IDENTIFIERS)
    if opens_anything(grants):
        may |= _by_role(grants.roles)
    if grants.level(Function.USERS_AND_ROLES) is not Level.NONE:
        may.add(Capability.VIEW_USERS)
    if level in (Level.VIEW, Level.EDIT):
        may.add(Capability.VIEW_RIGHTS)
    if level is Level.EDIT and grants.roles & ADMINISTRATORS:
        may.add(Capability.EDIT_RIGHTS)
    return frozenset(may)


def _by_role(roles: frozenset[Role]) -> set[Capability]:
    may: set[Capability] = set()
    if roles & OVERSEERS:
        may |= {Capability.VIEW_USERS, Capability.VIEW_HISTORY}
    if roles & ADMINISTRATORS:
        may |= {Capability.EDIT_USERS, Capability.OVERSEE_IDENTIFIERS}
    if Role.TPK in roles:
        may.add(Capability.SERVE)
    return may


def opens_anything(grants: Grants) -> bool:
    """Tell whether any function is above none: without one, neither roles nor keys open."""
    return any(level is not Level.NONE for level in grants.levels.values())


def may_create_identifiers(grants: Grants) -> bool:
    """Tell whether edit level on at least one function allows it; no role does.

    Source: the help article "API identifiers".
    """
    return any(
        grants.level(function) is Level.EDIT
        for area in CREATING_AREAS
        for function in FUNCTIONS[area]
    )


class Package(StrEnum):
    """The service package that a company has bought."""

    BASIC = "basic"
    CORE = "core"
    PROFESSIONAL = "professional"
    PREMIUM = "premium"
    PAYROLL = "payroll"


def includes_interface(package: str) -> bool:
    """Tell whether a package carries the traffic of every integration (docs/decisions/003).

    Basic and Core carry only the built-in ones; an unknown package counts as such.
    """
    return package in (Package.PROFESSIONAL, Package.PREMIUM, Package.PAYROLL)
