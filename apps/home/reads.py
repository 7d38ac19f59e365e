"""Who leaves a company soon, and what misses an owner there."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.clients.reads import without_owner
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import SOON, Capability
from apps.identifiers.models import ApiIdentifier

AT_MOST = 50


def members(access: CompanyAccess) -> list[Any]:
    """Return the members who leave soon, and the person's own membership.

    That one is always there, so that it can bring along how many identifiers miss an owner. Who
    may not see the members gets none.
    """
    if Capability.VIEW_USERS not in access.capabilities:
        return []
    company, until = access.company, timezone.now() + SOON
    at_work = ApiIdentifier.objects.at_work(company).filter(owner=OuterRef("user"))
    per_owner = at_work.order_by().values("owner").annotate(count=Count("pk")).values("count")
    found = Membership.objects.filter(company=company).in_force()
    return list(
        found.filter(Q(valid_until__lte=until) | Q(user=access.user))
        .annotate(
            leaves=ExpressionWrapper(Q(valid_until__lte=until), BooleanField()),
            identifiers=Coalesce(Subquery(per_owner), 0),
            without_owner=without_owner(access),
        )
        .select_related("user")
        .order_by("valid_until", "pk")[:AT_MOST]
    )
