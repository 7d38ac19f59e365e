"""What the benchmarks measure can be made, on smaller copies: they run too seldom to notice."""

import pytest
from django.db import connection

from apps.gateway.reads import NOW, Row
from apps.resources.services import sync
from apps.usage.models import ApiRequest, Usage
from scripts import calls_world, gateway_world

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="what fills the worlds is PostgreSQL's"
)
COMPANIES, DAYS = 60, 2


def test_the_gateways_world_has_what_its_requests_name(db):
    sync()
    gateway_world.fill(COMPANIES)
    [one] = gateway_world.Asked.some(1, COMPANIES)
    with connection.cursor() as cursor:
        cursor.execute(NOW, [one.partner, one.customer, one.company, one.code])
        found = Row(*cursor.fetchone())
    named = ("integration", "identifier", "owner", "company", "membership", "own", "position")
    assert [name for name in named if getattr(found, name) is None] == []


def test_the_calls_world_has_usage_and_a_log(db):
    sync()
    world = calls_world.CallsWorld(days=DAYS, companies=COMPANIES)
    world.fill()
    world.log(20, days=DAYS)
    used = Usage.objects.filter(integration__in=calls_world.integrations())
    assert used.count() >= DAYS * COMPANIES * calls_world.USED**2
    assert ApiRequest.objects.count() == 20
