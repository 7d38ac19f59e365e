"""Identifiers of a company that need attention: without a working owner, or about to end.

Each query has one row per person of the company and identifier of theirs, as ``one``: it works
by itself and was not stopped there. ``where`` names the company or the companies.
"""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact
from django.utils import timezone

from apps.companies.models import FormerMember, Membership
from apps.companies.rules import SOON
from apps.identifiers.models import FAR, IdentifierStop
from apps.identifiers.rules import Purpose
from apps.resources.models import Listing

LASTING = [purpose for purpose in Purpose if purpose is not Purpose.EXCEL]


def ending(**where: Any) -> QuerySet[Any]:
    """Return those that work there and end, or whose owner's membership ends, soon."""
    members = Membership.objects.filter(**where).in_force().with_any_function()
    until = timezone.now() + SOON
    soon = Q(valid_until__lte=until) | Q(one__valid_until__lte=until)
    return _with_identifiers(members, Q(one__purpose__in=LASTING) & soon)


def without_owner(**where: Any) -> list[QuerySet[Any]]:
    """Return those whose owner may do nothing there any more: of members, and of former ones.

    They were made there or are meant for an integration that is listed there, and have no
    successor yet. Stopping one there acknowledges it.
    """
    now = timezone.now()
    working = Membership.objects.filter(pk=OuterRef("pk"), user__is_active=True)
    still = Q(valid_until=None) | Q(valid_until__gt=now)
    members = Membership.objects.filter(
        ~Exists(working.filter(still).with_any_function()),
        **where,
    )
    again = Membership.objects.filter(company=OuterRef("company"), user=OuterRef("user"))
    former = FormerMember.objects.filter(~Exists(again), **where)
    return [_missed(members), _missed(former)]


def count(found: QuerySet[Any]) -> Coalesce:
    """Return how many there are in the company of the outer query."""
    per_company = found.order_by().values("company").annotate(count=Count("one__pk"))
    return Coalesce(Subquery(per_company.values("count")), 0)


def first_end(found: QuerySet[Any]) -> Subquery:
    """Return when the first of them ends."""
    end = Least(Coalesce("one__valid_until", FAR), Coalesce("valid_until", FAR))
    return Subquery(found.order_by().values("company").annotate(end=Min(end)).values("end"))


def _missed(people: Any) -> QuerySet[Any]:
    listed = Listing.objects.filter(
        company=OuterRef("company"), integration=OuterRef("one__integration")
    )
    here = Q(one__made_in=F("company")) | Q(Exists(listed))
    # As an expression: SQLite takes the unique index for one with hardly any empty values.
    successor = Coalesce("one__replaced_by", 0, output_field=BigIntegerField())
    return _with_identifiers(people, Q(Exact(successor, 0)) & here)


def _with_identifiers(people: Any, which: Q) -> QuerySet[Any]:
    still = Q(one__valid_until=None) | Q(one__valid_until__gt=timezone.now())
    stops = IdentifierStop.objects.filter(
        company=OuterRef("company"), identifier=OuterRef("one__pk")
    )
    # In one call: a second one would join the identifiers a second time.
    found: QuerySet[Any] = people.annotate(one=FilteredRelation("user__identifiers")).filter(
        ~Exists(stops),
        still,
        which,
        one__isnull=False,
        one__deactivated_at=None,
        one__paused_at=None,
    )
    return found
