"""What the office's list says of calls that were refused since yesterday."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.models import Membership
from apps.companies.rules import Function, Level
from apps.usage.models import Usage
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


def call(company, *, ago, count, verdict="blocked_for_integration"):
    """Count calls of a day."""
    at = timezone.now() - timedelta(days=ago)
    Usage.objects.create(
        day=timezone.localdate() - timedelta(days=ago),
        company=company.pk,
        integration=1,
        identifier=1,
        resource="customer.nv",
        verdict=verdict,
        count=count,
        last_at=at,
    )


def test_refusals_since_yesterday_stand_beside_the_traffic_with_the_way_to_them(served, serve):
    one, other = serve(name="One"), serve(name="Other")
    for ago, count in ((0, 1150), (1, 3), (2, 40)):
        call(one, ago=ago, count=count)
    call(one, ago=0, count=7, verdict="")
    call(other, ago=2, count=9)
    call(CompanyFactory(), ago=0, count=5)
    text = served.get("/office/").text
    assert text.count("refused since yesterday") == 1
    way = f'<a href="/companies/{one.business_id}/calls/?verdict=refused">'
    assert f"{way}1,153 calls refused since yesterday</a>" in text


def test_they_are_not_told_where_the_rights_may_not_be_seen(served, serve, person):
    company = serve()
    call(company, ago=0, count=5)
    blind = dict.fromkeys(Function, Level.EDIT) | {Function.INTERFACE_RESOURCES: Level.NONE}
    Membership.objects.filter(company=company).update(levels=blind)
    assert "refused since yesterday" not in served.get("/office/").text
