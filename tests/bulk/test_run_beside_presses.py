"""A worker changes many companies while people press switches in them: nothing is lost."""

import time
from http import HTTPStatus

import pytest

from apps.audit.models import AuditEvent
from apps.companies.models import Company
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from scripts.world import make_clients, start_bulk
from tests.bulk.forked import worker
from tests.races import at_once
from tests.rights.addresses import set_url

COMPANIES, PRESSES, PEOPLE = 1_000, 200, 4


@pytest.mark.django_db(transaction=True)
def test_presses_beside_a_bulk_change_lose_nothing(severa, catalogue, sign_in):
    person = make_clients(COMPANIES)
    pressed = list(Company.objects.order_by("pk")[COMPANIES - PRESSES :])
    change, other, answers = (
        start_bulk(person, Company.objects.all(), [0], "allow"),
        catalogue.resources[1],
        [],
    )

    def press(companies):
        client = sign_in(person)
        for company in companies:
            form = set_url(company, severa), {"allow": other.code}
            while (status := client.post(*form).status_code) == HTTPStatus.CONFLICT:
                time.sleep(0.01)  # somebody else holds it, says the page; one presses again
            answers.append(status)

    with worker(change) as running:
        while not change.items.exclude(state="waiting").exists():
            assert running.is_alive()
        at_once(*(lambda some=pressed[n::PEOPLE]: press(some) for n in range(PEOPLE)))
        running.join(60)
        assert running.exitcode == 0
    assert answers == [302] * PRESSES
    by_hand, by_change = (AuditEvent.objects.filter(bulk_id=pk) for pk in (None, change.pk))
    assert by_hand.count() == PRESSES
    assert by_hand.earliest("pk").pk < by_change.latest("pk").pk
    both = Listing.objects.filter(allowed=ResourceSet([0, other.position]))
    assert by_change.count() == COMPANIES
    assert both.count() == PRESSES
