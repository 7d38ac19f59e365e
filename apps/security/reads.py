"""Every question about the security record."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.companies.access import CompanyAccess
from apps.companies.models import Company, FormerMember, Membership, MembershipQuerySet, holds
from apps.companies.rules import MOST_DAYS, SECURED, Role
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


def factor_days(access: CompanyAccess) -> int:
    """Return how many days the company gives its people to set up a second factor."""
    return Company.objects.values_list("factor_days", flat=True).get(pk=access.company.pk)


def lately() -> Iterable[tuple[str, int]]:
    """Return how often what happened within the last hour, to everybody together."""
    hour = SecurityEvent.objects.filter(at__gt=timezone.now() - timedelta(hours=1))
    return hour.order_by().values_list("verb").annotate(Count("pk"))


def person(pk: int) -> User | None:
    """Return somebody with what is asked about their second factor at every request.

    ``administers`` says whether they hold a role that needs one, ``days`` how many days the
    strictest of their companies and offices gives: nothing unless they were asked for it lately,
    because all their memberships are read for it. Where somebody administers, only those count
    where they do.
    """
    mine = Membership.objects.filter(holds(timezone.now()), user=OuterRef("pk"))
    secured = mine.holding(SECURED)
    lately = Q(factor_asked_at__gt=timezone.now() - timedelta(days=MOST_DAYS))
    strictest = Case(When(lately, then=Coalesce(_strictest(secured), _strictest(mine))))
    return User.objects.annotate(administers=Exists(secured), days=strictest).filter(pk=pk).first()


def _strictest(found: MembershipQuerySet) -> Subquery:
    served = When(roles__any_of=[Role.TPK], company__office__isnull=False, then="office_days")
    given = found.annotate(office_days=F("company__office__factor_days"))
    days = given.annotate(days=Case(served, default="company__factor_days"))
    return Subquery(days.order_by("days").values("days")[:1])
