"""Blocking all API traffic of a company."""

import pytest

from apps.audit.models import AuditEvent
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from tests.factories import ListingFactory
from tests.rights.addresses import HTMX, page_url, set_url


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def url(company):
    return page_url(company) + "block-traffic/"


@pytest.fixture
def open_company(company, severa):
    """General rights on two resources, Severa on three, another on one."""
    ListingFactory(company=company, integration=None, allowed=ResourceSet([0, 1]))
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 1, 2]))
    ListingFactory(company=company, allowed=ResourceSet([3]))
    return company


def test_it_asks_first_and_says_what_is_lost(client, open_company, url):
    text = client.get(url).text
    assert "2 integrations lose 4 resources. General access rights lose 2 resources." in text
    assert "<html" in text
    dialog = client.get(url, headers=HTMX).text
    assert "<dialog" in dialog
    assert dialog.index("autofocus") < dialog.index("button-stop")


def test_it_blocks_everything_and_unlists_nobody(client, open_company, url):
    response = client.post(url, follow=True)
    assert (
        "API traffic blocked: 2 integrations lost 4 resources. General access rights lost 2 resources."
        in response.text
    )
    listings = Listing.objects.filter(company=open_company)
    assert listings.count() == 3
    assert not any(listing.allowed for listing in listings)


def test_while_it_stays_closed_the_page_says_when_and_by_whom(client, open_company, severa, url):
    said = "by Edith Editor.</span>"
    client.post(url)
    assert said in client.get(page_url(open_company)).text
    for press in ("allow", "block"):
        client.post(set_url(open_company, severa), {press: "customer.nv"})
    closed_singly = client.get(page_url(open_company)).text
    assert "API traffic is closed." in closed_singly
    assert said not in closed_singly


def test_its_events_share_one_bulk_id_and_keep_what_was_allowed(client, open_company, url):
    client.post(url)
    events = AuditEvent.objects.all()
    assert len({event.bulk_id for event in events}) == 1
    removed = sorted(len(ResourceSet.from_bytes(bytes(event.removed))) for event in events)
    assert removed == [1, 2, 3]


def test_neighbours_are_unharmed(client, open_company, url):
    theirs = ListingFactory(allowed=ResourceSet([0]))
    package, roles = open_company.package, [m.roles for m in open_company.memberships.all()]
    client.post(url)
    theirs.refresh_from_db()
    open_company.refresh_from_db()
    assert theirs.allowed == ResourceSet([0])
    assert open_company.package == package
    assert [m.roles for m in open_company.memberships.all()] == roles


def test_repeating_it_records_nothing(client, open_company, url):
    client.post(url)
    count = AuditEvent.objects.count()
    assert "already closed" in client.post(url, follow=True).text
    assert AuditEvent.objects.count() == count


def test_it_returns_to_the_integration_it_came_from(client, open_company, severa, url):
    response = client.post(url, {"integration": severa.public_id})
    assert response["Location"] == page_url(open_company, severa) + "#h-traffic"


def test_only_general_rights_are_told_of_alone(client, company, catalogue, url):
    ListingFactory(company=company, integration=None, allowed=ResourceSet([0, 1]))
    text = client.post(url, follow=True).text
    assert "API traffic blocked. General access rights lost 2 resources. You can review" in text
