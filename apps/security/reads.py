"""Every question about the security record."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import FormerMember, Membership, MembershipQuerySet, holds
from apps.companies.rules import SECURED, Role
from apps.security.models import SecurityEvent
from apps.security.rules import OF_MEMBERS, Verb


def own(user: User, asked: Q) -> QuerySet[SecurityEvent]:
    """Return what happened to somebody's own account and what they took out."""
    return SecurityEvent.objects.filter(asked, person_id=user.pk)


def signed_in_before(event: SecurityEvent) -> bool:
    """Tell whether the person of an event had signed in before it."""
    before = SecurityEvent.objects.filter(person_id=event.person_id, pk__lt=event.pk)
    return before.filter(verb=Verb.SIGNED_IN).exists()


def failures(event: SecurityEvent) -> int:
    """Return how often somebody failed to sign in as a person within the hour before an event."""
    lately = Q(at__gt=event.at - timedelta(hours=1), at__lte=event.at)
    return SecurityEvent.objects.filter(lately, person_id=event.person_id, verb=Verb.FAILED).count()


def of_company(access: CompanyAccess, asked: Q) -> QuerySet[SecurityEvent]:
    """Return what happened in a company, and that its members signed in or failed to.

    Where somebody was is the business of the company alone that they belong to: of whoever has, or
    had, a membership elsewhere too, what came from where is private to them and to site staff.
    """
    members = Membership.objects.filter(company=access.company).values_list("user_id", flat=True)
    signed_in = Q(company_id=None, verb__in=OF_MEMBERS, person_id__in=list(members))
    elsewhere, before = (
        Exists(of.objects.exclude(company=access.company).filter(user_id=OuterRef("person_id")))
        for of in (Membership, FormerMember)
    )
    return SecurityEvent.objects.filter(
        Q(company_id=access.company.pk) | signed_in, asked
    ).annotate(is_of_elsewhere=elsewhere | before)


def lately() -> Iterable[tuple[str, int]]:
    """Return how often what happened within the last hour, to everybody together."""
    hour = SecurityEvent.objects.filter(at__gt=timezone.now() - timedelta(hours=1))
    return hour.order_by().values_list("verb").annotate(Count("pk"))


def person(pk: int) -> User | None:
    """Return somebody with ``administers``: whether they hold a role that needs a second factor.

    Every request of somebody who is signed in asks this, so it looks for one such membership only.
    """
    held = _secured(OuterRef("pk"))
    return User.objects.annotate(administers=Exists(held)).filter(pk=pk).first()


def days_given(user: User, *, administers: bool) -> list[int]:
    """Return how many days companies and offices give somebody to set up a second factor.

    Where somebody administers, only those count where they do.
    """
    served = When(roles__any_of=[Role.TPK], company__office__isnull=False, then="office_days")
    found = _secured(user.pk) if administers else _in_force(user.pk)
    given = found.annotate(office_days=F("company__office__factor_days"))
    days = given.annotate(days=Case(served, default="company__factor_days"))
    return list(days.values_list("days", flat=True).distinct())


def _in_force(user: OuterRef | int) -> MembershipQuerySet:
    found: MembershipQuerySet = Membership.objects.filter(holds(timezone.now()), user=user)
    return found


def _secured(user: OuterRef | int) -> MembershipQuerySet:
    return _in_force(user).holding(SECURED)
