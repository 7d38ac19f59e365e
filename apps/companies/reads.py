"""Every question about many memberships and offices."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    Q,
    Subquery,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.sets import AsList
from apps.companies import rules
from apps.companies.models import AccountingOffice, Company, CompanyQuerySet, Membership
from apps.companies.models import MembershipQuerySet as Memberships
from apps.companies.rules import Role
from apps.core.text import sort_key

if TYPE_CHECKING:
    from apps.companies.access import CompanyAccess


BY_NAME = ("company__name_sorted", "company__business_id")
ORDERS: Mapping[str, tuple[str, ...]] = {
    "": BY_NAME,
    "business_id": ("company__business_id",),
    "package": ("package_order", *BY_NAME),
    "ends": ("ends", *BY_NAME),
}
"""What the list of one's companies is sorted by; by name unless asked otherwise."""
OPENING = """
SELECT m.*, c.business_id, c.name AS company_name, c.package, c.office_id, o.name AS office_name
FROM companies_membership m
JOIN companies_company c ON c.id = m.company_id
LEFT JOIN companies_accountingoffice o ON o.id = c.office_id
WHERE m.user_id = %s AND c.business_id = %s
"""
"""What ``memberships`` reads of one company: every page of a company begins with it."""
LOCKING = """
SELECT m.*, c.business_id, c.name AS company_name, c.package, c.office_id
FROM companies_membership m
JOIN companies_company c ON c.id = m.company_id
WHERE m.user_id = %s AND c.business_id = %s
"""
"""The same without the office, which is not locked: in one statement with the locks it could be
the one of before."""
LOCKED = LOCKING + "FOR NO KEY UPDATE OF c, m"
WAITING = 2
"""How many threads of a process wait for a company that somebody else holds."""

_waiting = BoundedSemaphore(WAITING)


def membership(user: User, business_id: str) -> Membership:
    """Return the person's membership of a company: the way in, so there is no access yet.

    Raises Membership.DoesNotExist for outsiders and unknown ids.
    """
    return _one(OPENING, user, business_id)


def locked_membership(user: User, business_id: str) -> Membership:
    """Return the same as it is once the company and it are locked; raises alike.

    To be called in a transaction: every change of a company begins with this. Few threads of a
    process wait for others to let go of a company, so that the rest can serve the other ones;
    whoever would be one too many gets OperationalError at once.
    """
    if not connection.features.has_select_for_update:
        return _one(LOCKING, user, business_id)
    may_wait = _waiting.acquire(blocking=False)
    try:
        return _one(LOCKED if may_wait else f"{LOCKED} NOWAIT", user, business_id)
    finally:
        if may_wait:
            _waiting.release()


def locked_memberships(user: User, companies: Collection[int]) -> tuple[list[Membership], set[int]]:
    """Lock many of the person's memberships at once, and return them and what somebody else holds.

    To be called in a transaction. They come with company and office as they are under the lock.
    The companies that somebody else holds are for later: who waited for one would hold up all
    those that wait for the others.
    """
    mine = Membership.objects.filter(company__in=companies)
    locked = list(mine.locked(user, waits=False).order_by("company_id"))
    prefetch_related_objects([one.company for one in locked], "office")
    found = {one.company_id for one in locked}
    if len(found) == len(companies):
        return locked, set()
    return locked, set(mine.filter(user=user).values_list("company_id", flat=True)) - found


def _one(statement: str, user: User, business_id: str) -> Membership:
    for found in Membership.objects.raw(statement, [user.pk, business_id]):
        row: Any = found
        company = Company(
            pk=row.company_id,
            business_id=row.business_id,
            name=row.company_name,
            package=row.package,
            office_id=row.office_id,
        )
        if hasattr(row, "office_name") and row.office_id:
            company.office = AccountingOffice(pk=row.office_id, name=row.office_name)
        found.company = company
        return found
    raise Membership.DoesNotExist


def memberships(user: User) -> Memberships:
    """Return the person's own memberships, so without access to any company."""
    return Membership.objects.visible_to(user)


def first_entered(user: User, last: str) -> list[str]:
    """Return the business ids of up to two companies of the person, the one used last first."""
    used_last = Case(When(company__business_id=last, then=0), default=1)
    found = memberships(user).in_force().order_by(used_last, "pk")
    return list(found.values_list("company__business_id", flat=True)[:2])


def grantors(access: CompanyAccess) -> list[Membership]:
    """Return up to three people who can grant the person rights in the company.

    KH and TPK edit others, never themselves, and a role without any function right opens nothing
    (docs/decisions/002 and 008).
    """
    return list(_granting(access).select_related("user")[:3])


def grantors_of_editing(access: CompanyAccess) -> list[Membership]:
    """Return up to three people who can make the person somebody who changes rights and people.

    A role is needed for it, which not every KH gives; a KH without a role above lacks a level alone.
    """
    found = _granting(access)
    if access.grants.roles & rules.SECURED != {Role.KH}:
        found = found.giving_every_role()
    return list(found.select_related("user")[:3])


def _granting(access: CompanyAccess) -> Memberships:
    found = Membership.objects.filter(company=access.company).exclude(user=access.user)
    administrators = found.with_any_function().in_force().holding(rules.ADMINISTRATORS)
    return administrators.order_by("user__name_sorted", "pk")


def grantors_beside(access: CompanyAccess) -> Subquery:
    """Return the same people as a column of a statement that is there; ``told_grantors`` reads it."""
    three = Membership.objects.filter(pk__in=_granting(access).values("pk")[:3]).order_by()
    facts = JSONObject(name="user__name", email="user__email", roles="roles")
    return Subquery(three.values("company").annotate(all=AsList(facts)).values("all"))


def told_grantors(column: list[dict[str, Any]] | None) -> list[Membership]:
    """Return the people of such a column, by name: what is said of them, and nothing else."""
    found = [
        Membership(
            user=User(name=one["name"], email=one["email"]), roles=rules.roles_of(one["roles"])
        )
        for one in column or ()
    ]
    return sorted(found, key=lambda one: sort_key(one.user.name))


def client_companies(user: User) -> CompanyQuerySet:
    """Return the companies that the person serves: those where they hold TPK now."""
    return Company.objects.served_by(user)


def offices(user: User) -> list[AccountingOffice]:
    """Return the offices that the person belongs to or serves a client company of, by name.

    ``is_own`` says to which they belong: it makes the access, so there is none yet.
    """
    own = Q(pk__in=user.offices.values("pk"))
    found = AccountingOffice.objects.annotate(is_own=ExpressionWrapper(own, BooleanField()))
    serving = Q(pk__in=client_companies(user).order_by().values("office"))
    return list(found.filter(own | serving).order_by("name_sorted", "pk"))


def other_offices(company: Company) -> list[AccountingOffice]:
    """Return those that a company can be moved to, by name; asked by site staff alone."""
    return list(AccountingOffice.objects.exclude(companies=company))


def offices_memberships(company: Company) -> list[Membership]:
    """Return what the people of a company's office hold there, and others with TPK.

    Asked by site staff, who have no access to the company. Memberships that ended already are
    none of it; those that have not begun are.
    """
    now = timezone.now()
    going = company.memberships.filter(Q(valid_until=None) | Q(valid_until__gt=now))
    people = company.office.people.values("pk") if company.office else []
    theirs = going.filter(Q(user__in=people) | Q(roles__any_of=[Role.TPK]))
    return list(theirs.select_related("user").order_by("user__name_sorted", "pk"))
