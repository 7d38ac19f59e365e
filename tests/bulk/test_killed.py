"""A worker that is killed again and again: every company is changed once, and put back exactly."""

import time

import pytest
from django.db import connection

from apps.audit.models import AuditEvent
from apps.bulk import services
from apps.companies.access import OfficeAccess
from apps.companies.models import Company
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from scripts.world import make_clients, start_bulk
from tests.bulk.forked import worker

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="processes race on PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
COMPANIES, KILLS = 3_000, 10


@pytest.fixture
def person(severa):
    """Somebody with 3,000 clients, a third of which list the integration, in different ways."""
    person = make_clients(COMPANIES)
    Listing.objects.bulk_create(
        Listing(company=company, integration=severa, allowed=ResourceSet([number % 5]))
        for number, company in enumerate(Company.objects.order_by("pk")[::3])
    )
    return person


def rights():
    listings = Listing.objects.filter(integration__name_en="Severa").order_by("company")
    return dict(listings.values_list("company", "allowed"))


def kill_after(change, settled, moment):
    """Let a worker go on until so many are settled, and kill it a moment later."""
    with worker(change) as running:
        while change.items.waiting().count() > COMPANIES - settled:
            assert running.is_alive()
            time.sleep(0.002)
        time.sleep(moment)
        running.kill()
    change.refresh_from_db()
    assert change.ended_at is None


def check_each_once(change):
    with worker(change) as running:
        running.join(60)
        assert running.exitcode == 0
    assert set(change.items.values_list("state", flat=True)) == {"done"}
    events = AuditEvent.objects.filter(bulk_id=change.pk)
    assert events.count() == events.values("company_id").distinct().count() == COMPANIES


def test_a_worker_killed_ten_times_changes_each_company_once(person):
    before = rights()
    change = start_bulk(person, Company.objects.all(), [1, 2], "exact")
    for number in range(KILLS):
        kill_after(change, 200 * (number + 1), moment=number * 0.02)
    check_each_once(change)
    assert set(rights().values()) == {ResourceSet([1, 2])}
    back = services.put_back(OfficeAccess(person), change, "too early")
    services.start(back)
    check_each_once(back)
    unlisted = dict.fromkeys(rights(), ResourceSet())
    assert rights() == unlisted | before
