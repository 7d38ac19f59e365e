"""What reviewing and answering cost, transaction control included."""

import re
from html import unescape

import pytest
from django.urls import reverse

from apps.resources.rules import ResourceSet
from tests.factories import ApiIdentifierFactory, ListingFactory
from tests.rights.addresses import page_url

pytestmark = pytest.mark.django_db(transaction=True)

# session, user, membership, catalogue, listings, events, identifiers, usage
PAGE = 8
# session, user, BEGIN, company and membership locked, catalogue, listings locked, update, event, COMMIT
ANSWER = 9


@pytest.fixture
def closed(sign_in, editor, company, severa):
    """Return a function that blocks some integrations and gives a client."""

    def close(listings):
        ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 1]))
        for _ in range(listings - 1):
            made = ListingFactory(company=company, allowed=ResourceSet([0, 1, 2]))
            ApiIdentifierFactory(owner=editor.user, made_in=company, integration=made.integration)
        client = sign_in(editor.user)
        client.post(page_url(company) + "block-traffic/")
        client.get(reverse("reopen", args=[company.business_id]))
        return client

    return close


@pytest.mark.parametrize("listings", [1, 25])
def test_statements_of_the_page_are_flat(closed, company, listings, django_assert_num_queries):
    client = closed(listings)
    with django_assert_num_queries(PAGE):
        text = client.get(reverse("reopen", args=[company.business_id])).text
    assert text.count('class="waiting') == min(listings, 20)


@pytest.mark.parametrize("listings", [1, 25])
@pytest.mark.parametrize("name", ["reopen_rights", "leave_blocked"])
def test_statements_of_an_answer_are_flat(
    closed, company, severa, listings, name, django_assert_num_queries
):
    client = closed(listings)
    sent = {"integration": severa.public_id, "whole": ResourceSet([0, 1]).hex}
    with django_assert_num_queries(ANSWER):
        client.post(reverse(name, args=[company.business_id]), sent)


def shown(text):
    """Return the keys of the listings that a page shows."""
    return set(re.findall(r'class="waiting" id="w-(\w+)"', text))


def test_more_integrations_than_a_page_holds_follow_by_key(closed, company):
    client = closed(25)
    url = reverse("reopen", args=[company.business_id])
    first = client.get(url).text
    more = unescape(re.search(r'href="(\?after=[^"]+)"', first)[1])
    second = client.get(url + more).text
    assert second.count('class="waiting') == 5
    assert shown(first).isdisjoint(shown(second))
    assert "?after=" not in second


def test_the_next_page_begins_behind_a_listing_that_was_answered_meanwhile(closed, company):
    client = closed(25)
    url = reverse("reopen", args=[company.business_id])
    first = client.get(url).text
    more = unescape(re.search(r'href="(\?after=[^"]+)"', first)[1])
    last = re.findall(r'class="waiting" id="w-(\w+)"', first)[-1]
    sent = {"integration": last, "whole": ResourceSet([0, 1, 2]).hex}
    assert (
        client.post(reverse("reopen_rights", args=[company.business_id]), sent).status_code == 302
    )
    assert len(shown(client.get(url + more).text)) == 5
