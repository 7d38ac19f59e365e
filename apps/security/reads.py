"""Every question about the security record."""

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.security.models import SecurityEvent
from apps.security.rules import OF_MEMBERS


def own(user: User, asked: Q) -> QuerySet[SecurityEvent]:
    """Return what happened to somebody's own account and what they took out."""
    return SecurityEvent.objects.filter(asked, person_id=user.pk)


def of_company(access: CompanyAccess, asked: Q) -> QuerySet[SecurityEvent]:
    """Return what happened in a company, and how its members signed in."""
    members = Membership.objects.filter(company=access.company).values_list("user_id", flat=True)
    signed_in = Q(company_id=None, verb__in=OF_MEMBERS, person_id__in=list(members))
    return SecurityEvent.objects.filter(Q(company_id=access.company.pk) | signed_in).filter(asked)
