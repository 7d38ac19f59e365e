"""Reopening while another blocks again, over real connections."""

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.reopening.reads import reviews
from apps.resources import reads as resources
from apps.resources.models import Listing
from apps.resources.rules import NOTHING, ResourceSet
from apps.rights.rules import CLOSE
from tests.factories import ListingFactory
from tests.races import at_once
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db(transaction=True)


RESOURCES = ResourceSet([0, 1, 2])


@pytest.fixture
def answer(press, company, severa):
    """Block three resources of Severa; return a function that gives an answer to that."""
    ListingFactory(company=company, integration=severa, allowed=RESOURCES)
    press(page_url(company) + "block-traffic/")()
    sent = {"integration": severa.public_id, "whole": RESOURCES.hex}

    def answer(name, answers=None):
        return press(reverse(name, args=[company.business_id]), answers, **sent)

    return answer


def waits(access, catalogue):
    return [review.items for review in reviews(access, resources.board(access, catalogue))]


@pytest.mark.parametrize("attempt", range(5))
def test_reopening_against_another_block_ends_in_one_of_the_two_orders(
    access, catalogue, press, answer, attempt
):
    at_once(answer("reopen_rights"), press(page_url(access.company) + "block-traffic/"))
    closed_last = AuditEvent.objects.latest("pk").verb == CLOSE
    assert Listing.objects.get().allowed == (NOTHING if closed_last else RESOURCES)
    assert waits(access, catalogue) == ([RESOURCES] if closed_last else [])


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_answers_one_counts(access, catalogue, answer, attempt):
    opening, leaving = [], []
    at_once(answer("reopen_rights", opening), answer("leave_blocked", leaving))
    assert sorted(opening + leaving) == [302, 409]
    assert Listing.objects.get().allowed == (RESOURCES if opening == [302] else NOTHING)
    assert waits(access, catalogue) == []
