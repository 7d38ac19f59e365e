"""Reopening while another blocks again, over real connections."""

import pytest

from apps.audit.models import AuditEvent
from apps.office.reopen import services as reopening
from apps.office.reopen.facts import reviews
from apps.office.reopen.services import Asked, MovedOnError
from apps.resources import services
from apps.resources.board import Board, Target
from apps.resources.models import Listing
from apps.resources.rules import NOTHING, ResourceSet
from tests.factories import ListingFactory
from tests.resources.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(access, catalogue, severa):
    """Three resources of Severa, blocked with all API traffic."""
    ListingFactory(company=access.company, integration=severa, allowed=ResourceSet([0, 1, 2]))
    services.block_traffic(access=access)
    return Asked(catalogue, Target(severa.public_id), ResourceSet([0, 1, 2]))


def waits(access, catalogue):
    return [review.items for review in reviews(access, Board.load(access, catalogue))]


@pytest.mark.parametrize("attempt", range(5))
def test_reopening_against_another_block_ends_in_one_of_the_two_orders(
    access, catalogue, asked, attempt
):
    at_once(
        lambda: reopening.reopen(access, asked),
        lambda: services.block_traffic(access=access),
    )
    last = AuditEvent.objects.latest("pk").verb
    closed_last = last == services.CLOSE
    assert Listing.objects.get().allowed == (NOTHING if closed_last else asked.resources)
    assert waits(access, catalogue) == ([asked.resources] if closed_last else [])


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_answers_one_counts(access, catalogue, asked, attempt):
    refused = []

    def answer(service):
        try:
            service(access, asked)
        except MovedOnError:
            refused.append(service)

    at_once(lambda: answer(reopening.reopen), lambda: answer(reopening.leave))
    [loser] = refused
    opened = loser is reopening.leave
    assert Listing.objects.get().allowed == (asked.resources if opened else NOTHING)
    assert waits(access, catalogue) == []
