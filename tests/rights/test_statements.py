"""What a change costs, transaction control included."""

import pytest

from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from tests.factories import ListingFactory
from tests.rights.addresses import HTMX, page_url, set_url

pytestmark = pytest.mark.django_db(transaction=True)

# BEGIN, company and membership locked, listings locked with the catalogue, update, event, COMMIT;
# before them session and user
TOGGLE = 8
# the catalogue by itself, since nothing is listed; the integration; listing and event apart;
# when what the new list names was used last
FIRST_ALLOW = 11
# one update, and one insertion of all events
BLOCK_ALL = 8


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.mark.parametrize("listings", [1, 20])
@pytest.mark.parametrize("what", ["customer.nv", "section:sales", "all"])
def test_statements_of_a_change_are_flat(
    client, company, severa, listings, what, django_assert_num_queries
):
    ListingFactory(company=company, integration=severa)
    for _ in range(listings - 1):
        ListingFactory(company=company)
    client.get(page_url(company, severa))
    with django_assert_num_queries(TOGGLE):
        client.post(set_url(company, severa), {"allow": what}, headers=HTMX)
    assert Listing.objects.get(integration=severa).allowed


def test_a_change_by_the_office_names_it_in_one_statement_more(
    client, company, editor, severa, django_assert_num_queries
):
    type(editor).objects.update(roles=["TPK"])
    ListingFactory(company=company, integration=severa)
    client.get(page_url(company, severa))
    with django_assert_num_queries(TOGGLE + 1):
        client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX)


def test_the_first_allow_costs_little_more(client, company, severa, django_assert_num_queries):
    client.get(page_url(company, severa))
    with django_assert_num_queries(FIRST_ALLOW):
        client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX)


@pytest.mark.parametrize("listings", [1, 20])
def test_statements_of_blocking_everything_are_flat(
    client, company, catalogue, listings, django_assert_num_queries
):
    for _ in range(listings):
        ListingFactory(company=company, allowed=ResourceSet([0]))
    client.get(page_url(company))
    with django_assert_num_queries(BLOCK_ALL):
        client.post(page_url(company) + "block-traffic/")
    assert not any(listing.allowed for listing in Listing.objects.all())
