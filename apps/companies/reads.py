"""Every question about many memberships and offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.companies import rules
from apps.companies.models import AccountingOffice, Company, CompanyQuerySet, Membership
from apps.companies.models import MembershipQuerySet as Memberships
from apps.companies.rules import Role

if TYPE_CHECKING:
    from apps.companies.access import CompanyAccess


def membership(user: User, business_id: str) -> Membership:
    """Return the person's membership of a company: the way in, so there is no access yet.

    Raises Membership.DoesNotExist for outsiders and unknown ids.
    """
    return Membership.objects.visible_to(user).get(company__business_id=business_id)


def locked_membership(user: User, business_id: str) -> Membership:
    """Return the same as it is once the company and it are locked; raises alike.

    To be called in a transaction, which every change of a company begins with this.
    """
    mine = Membership.objects.locked(user)
    return mine.get(company__business_id=business_id)


def memberships(user: User) -> Memberships:
    """Return the person's own memberships, so without access to any company."""
    return Membership.objects.visible_to(user)


def grantors(access: CompanyAccess) -> list[Membership]:
    """Return up to three people who can grant the person rights in the company.

    KH and TPK edit others, never themselves; a role without any function right opens nothing
    (help article).
    """
    found = (
        Membership.objects.filter(company=access.company)
        .exclude(user=access.user)
        .with_any_function()
        .in_force()
        .holding(rules.ADMINISTRATORS)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return list(found[:3])


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
    return list(found.filter(own | serving).order_by("name"))


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
    return list(theirs.select_related("user").order_by("user__name", "pk"))
