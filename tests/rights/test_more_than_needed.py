"""Allowed more than needed: it is said, and taken back in one change."""

import re

import pytest

from apps.audit.models import AuditEvent
from apps.resources.models import Integration, Listing
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet
from apps.resources.rules import surplus as surplus_of
from apps.resources.services import sync
from tests.factories import ListingFactory
from tests.rights.addresses import HTMX, page_url, set_url

pytestmark = pytest.mark.django_db
SIGN, ROUGHLY = 'aria-label="Allowed more than it needs"', "more than it needs, by our estimate"


@pytest.fixture
def client(sign_in, editor):
    sync()
    return sign_in(editor.user)


def named(name):
    return Integration.objects.get(name_en=name)


def allowed(company, integration):
    return Listing.objects.get(company=company, integration=integration).allowed


def panel(client, company):
    return client.get(page_url(company)).text.split('id="listed"')[1].split("</div>")[0]


@pytest.mark.parametrize(
    ("in_force", "needed", "limited", "surplus"),
    [
        ([1, 2], [1], False, [2]),
        ([1], [1, 2], False, []),
        ([1], [], False, []),
        ([1], [2], True, []),
    ],
)
def test_the_surplus_is_what_is_allowed_and_known_not_to_be_needed(
    in_force, needed, limited, surplus
):
    sets = {"in_force": ResourceSet(in_force), "needed": ResourceSet(needed)}
    assert surplus_of(**sets, limited=limited) == ResourceSet(surplus)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_the_big_switch_says_how_little_is_needed(client, company, headers):
    url, luovu = set_url(company, named("Luovu")), named("Luovu")
    said = client.post(url, {"allow": "all"}, headers=headers, follow=True).text
    assert (
        "119 resources allowed for Luovu. "
        "It needs 3: 116 more than it needs, 24 of them in Salaries." in said
    )
    assert "Keep only the 3" in said
    assert "Undo" in said
    assert len(allowed(company, luovu) & ResourceSet(range(119))) == 119
    assert SIGN in panel(client, company)


def test_keep_only_leaves_what_is_needed_by_one_event_and_undo_restores_all(client, company):
    luovu = named("Luovu")
    client.post(set_url(company, luovu), {"allow": "all"})
    events = AuditEvent.objects.count()
    answer = client.post(set_url(company, luovu), {"block": "beyond"}, headers=HTMX).text
    assert "116 resources blocked for Luovu." in answer
    assert allowed(company, luovu) == luovu.needed
    assert AuditEvent.objects.count() == events + 1
    assert SIGN not in panel(client, company)
    event = AuditEvent.objects.latest("pk").pk
    client.post(page_url(company, luovu) + "undo/", {"event": event})
    assert len(allowed(company, luovu)) == 119


def test_an_estimate_gets_words_and_never_a_sign(client, company):
    ListingFactory(company=company, integration=named("Severa"), allowed=EVERYTHING)
    assert SIGN not in panel(client, company)
    assert ROUGHLY in panel(client, company)
    client.post(set_url(company, named("Severa")), {"block": "all"})
    said = client.post(set_url(company, named("Severa")), {"allow": "all"}, headers=HTMX).text
    assert "By our estimate it needs 18: 101 more than it needs, 21 of them in Salaries." in said


def test_a_limited_set_is_what_is_needed(client, company):
    workbook = named("Netvisor Työaikatietojen Excel -tuonti")
    ListingFactory(company=company, integration=workbook, allowed=EVERYTHING)
    assert SIGN not in panel(client, company)
    response = client.post(set_url(company, workbook), {"block": "beyond"}, headers=HTMX)
    assert response.status_code == 422
    assert allowed(company, workbook) == EVERYTHING


def test_where_needs_are_not_known_nothing_is_taken_back(client, company):
    unknown = named("Luovu")
    Integration.objects.filter(pk=unknown.pk).update(needed=NOTHING)
    ListingFactory(company=company, integration=unknown, allowed=EVERYTHING)
    assert client.post(set_url(company, unknown), {"block": "beyond"}).status_code == 422
    assert client.post(set_url(company), {"block": "beyond"}).status_code == 422
    assert allowed(company, unknown) == EVERYTHING


def test_the_page_offers_it_as_long_as_more_is_allowed(client, company):
    luovu = named("Luovu")
    ListingFactory(company=company, integration=luovu, allowed=luovu.needed | ResourceSet([0]))
    text = client.get(page_url(company, luovu)).text
    assert "1 allowed beyond what it needs." in text
    [button] = re.findall(r'<button[^>]*id="keep-needed"[^>]*>', text)
    assert 'value="beyond"' in button
