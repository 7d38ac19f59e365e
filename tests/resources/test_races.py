"""Two administrators at once, over real connections."""

import threading

import pytest
from django.db import connections, transaction

from apps.audit.models import AuditEvent
from apps.companies.models import Company
from apps.resources import services
from apps.resources.board import Target
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet, Scope, Wish
from tests.factories import IntegrationFactory, ListingFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Run functions in threads that start together, each on a connection of its own."""
    start, errors = threading.Barrier(len(actions)), []

    def run(action):
        try:
            start.wait(5)
            action()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def allow(access, catalogue, integration, *positions):
    wish = Wish(allow=True, scope=Scope.RESOURCES, resources=ResourceSet(positions))
    target = Target(integration.public_id, [integration.public_id])
    return lambda: services.set_rights(access=access, target=target, wanted=lambda _: wish)


@pytest.mark.parametrize("listed", [True, False])
def test_allowing_different_resources_at_once_loses_neither(access, catalogue, severa, listed):
    if listed:
        ListingFactory(company=access.company, integration=severa)
    at_once(*(allow(access, catalogue, severa, position) for position in range(5)))
    assert Listing.objects.get(integration=severa).allowed == ResourceSet(range(5))
    assert AuditEvent.objects.count() == 5


@pytest.mark.parametrize("attempt", range(5))
def test_block_all_racing_with_the_first_allow_ends_in_one_of_the_two_orders(
    access, catalogue, severa, attempt
):
    other = IntegrationFactory()
    ListingFactory(company=access.company, integration=other, allowed=ResourceSet([1]))
    at_once(
        lambda: services.block_traffic(access=access),
        allow(access, catalogue, severa, 0),
    )
    assert not Listing.objects.get(integration=other).allowed
    events = AuditEvent.objects.order_by("pk")
    blocked_too = events.filter(bulk_id__isnull=False, subject="Severa").exists()
    last = list(events.filter(subject="Severa"))[-1].verb
    allowed = Listing.objects.get(integration=severa).allowed
    assert allowed == (ResourceSet() if blocked_too else ResourceSet([0]))
    assert last == ("rights:close" if blocked_too else "rights:allow")


@pytest.mark.parametrize("what", ["first allow", "block all"])
def test_the_company_is_locked_before_its_listings(access, catalogue, severa, what):
    """While another holds the company, a change waits; afterwards it goes through."""
    done = threading.Event()
    actions = {
        "first allow": allow(access, catalogue, severa, 0),
        "block all": lambda: services.block_traffic(access=access),
    }

    def change():
        actions[what]()
        done.set()
        connections.close_all()

    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=access.company.pk)
        thread = threading.Thread(target=change)
        thread.start()
        assert not done.wait(0.3)
    assert done.wait(20)
    thread.join(20)
