"""Founding a client company."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.services import Entry, Scene, record
from apps.clients.rules import NotFounded
from apps.companies.access import OfficeAccess
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Function, Level, Role, stored
from apps.core.refusals import Refused

ROLES = (Role.TPK, Role.KH, Role.KP)
"""What the people of an office get in a company that they found."""


@transaction.atomic
def found_company(
    access: OfficeAccess, *, office: AccountingOffice, once: UUID, **facts: Any
) -> list[Membership]:
    """Found a company of an office; return what each active person of the office gets in it.

    The same form sent again, which ``once`` tells, founds no second one. Raises
    PermissionDenied unless the person belongs to the office, and Refused for a business id that
    is taken.
    """
    people = list(office.people.filter(is_active=True).order_by("pk"))
    if access.user not in people:
        raise PermissionDenied
    try:
        with transaction.atomic():
            company = Company.objects.create(office=office, once=once, **facts)
    except IntegrityError:
        return _founded_before(access, people, once, facts["business_id"])
    levels = dict.fromkeys(Function, Level.EDIT)
    made = Membership.objects.bulk_create(
        Membership(user=person, company=company, roles=list(ROLES), levels=levels)
        for person in people
    )
    record(_scene(access, company), [_founded(company), *map(_added, made)])
    return made


def _founded_before(
    access: OfficeAccess, people: Sequence[User], once: UUID, business_id: str
) -> list[Membership]:
    theirs = Membership.objects.filter(company__once=once, user__in=people)
    if made := list(theirs.select_related("company")):
        return made
    if access.companies.filter(business_id=business_id).exists():
        raise Refused(NotFounded.ALREADY_CLIENT)
    raise Refused(NotFounded.ALREADY_KNOWN)


def _scene(access: OfficeAccess, company: Company) -> Scene:
    return Scene(
        actor_id=access.user.pk,
        actor=str(access.user),
        office=company.office.name if company.office else "",
        company_id=company.pk,
        company=str(company),
    )


def _founded(company: Company) -> Entry:
    after = {"package": company.package, "office": str(company.office)}
    return Entry("company:found", "company", company.pk, str(company), after=after)


def _added(member: Membership) -> Entry:
    after = stored(member.grants)
    return Entry("membership:add", "user", member.user.pk, str(member.user), after=after)
