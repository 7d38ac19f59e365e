"""Finding a custom integration by its access key."""

import re

import pytest

from apps.resources.models import Listing
from tests.factories import IntegrationFactory
from tests.rights.addresses import HTMX, page_url, set_url

NEUTRAL = "No integration found. Check the access key with the vendor."


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def bridge(catalogue):
    return IntegrationFactory(custom=True, name_en="Bridge")


@pytest.fixture
def url(company):
    return page_url(company) + "find/"


def test_the_whole_key_finds_it_for_this_session(client, company, bridge, url):
    assert client.get(page_url(company, bridge)).status_code == 404
    response = client.post(url, {"access_key": f" {bridge.access_key.lower()} "})
    assert response["Location"] == page_url(company, bridge)
    assert "Custom integration" in client.get(response["Location"]).text
    assert not Listing.objects.exists()


def test_a_key_in_groups_with_dashes_is_the_same(client, company, bridge, url):
    grouped = f"{bridge.access_key[:16]}-{bridge.access_key[16:]}"
    response = client.post(url, {"access_key": grouped})
    assert response["Location"] == page_url(company, bridge)


def test_htmx_is_sent_to_its_page(client, company, bridge, url):
    response = client.post(url, {"access_key": bridge.access_key}, headers=HTMX)
    assert response["HX-Redirect"] == page_url(company, bridge)


def test_found_and_allowed_it_is_listed_for_everybody(
    client, sign_in, reader, company, bridge, url
):
    client.post(url, {"access_key": bridge.access_key})
    client.post(set_url(company, bridge), {"allow": "customer.nv"})
    assert sign_in(reader.user).get(page_url(company, bridge)).status_code == 200


def test_the_finding_of_one_session_is_not_anothers(client, sign_in, reader, company, bridge, url):
    client.post(url, {"access_key": bridge.access_key})
    assert sign_in(reader.user).get(page_url(company, bridge)).status_code == 404


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_every_wrong_key_gets_the_same_answer(client, company, bridge, url, headers):
    finished = IntegrationFactory()
    retired = IntegrationFactory(custom=True, retired=True)
    for key in [
        bridge.access_key[:31],
        "0" * 32,
        finished.public_id,
        retired.access_key,
        "\U0001f600",
    ]:
        response = client.post(url, {"access_key": key}, headers=headers)
        assert response.status_code == 422
        assert NEUTRAL in response.text
        assert f'value="{key}"' in response.text


@pytest.mark.parametrize("key", ["", "x" * 10_000, "a\x00b"])
def test_what_cannot_be_a_key_gets_a_message_at_the_field(client, catalogue, url, key):
    response = client.post(url, {"access_key": key}, headers=HTMX)
    assert response.status_code == 422
    assert 'id="access-key_error"' in response.text
    assert NEUTRAL not in response.text


def test_guessing_is_limited_even_for_the_right_key(client, company, bridge, url):
    for _ in range(10):
        client.post(url, {"access_key": "0" * 32})
    response = client.post(url, {"access_key": bridge.access_key})
    assert response.status_code == 429
    assert "Too many searches by access key." in response.text
    assert client.get(page_url(company, bridge)).status_code == 404


def test_the_key_stands_in_no_address(client, bridge, url):
    response = client.post(url, {"access_key": bridge.access_key})
    assert bridge.access_key not in response["Location"]
    assert bridge.access_key not in client.get(response["Location"]).text


def current(text):
    """Return the link in the search that is marked."""
    search = text[text.index('class="search"') : text.index('id="listed"')]
    return re.findall(r'<a href="([^"]*)" aria-current="true">', search)


def test_what_was_picked_by_name_stays_marked_with_query_and_radio(client, company, severa):
    IntegrationFactory(name_en="Several")
    found = client.get(page_url(company) + "search/", {"name": "sever"}, headers=HTMX).text
    assert "2 integrations found" in found
    address = page_url(company, severa) + "?name=sever"
    assert f'href="{address}"' in found
    text = client.get(address).text
    assert current(text) == [address]
    assert 'value="sever"' in text
    assert 'value="finished" checked' in text
    assert "Several" in text


def test_of_many_the_first_are_offered_and_all_are_counted(client, company):
    for number in range(9):
        IntegrationFactory(name_en=f"Several {number}")
    found = client.get(page_url(company) + "search/", {"name": "sever"}, headers=HTMX).text
    assert "9 integrations found; here are the first 8" in found
    assert "Several 7" in found
    assert "Several 8" not in found


def test_what_is_looked_at_is_marked_without_a_query_too(client, company, severa):
    assert current(client.get(page_url(company, severa)).text) == [page_url(company, severa)]
    assert current(client.get(page_url(company)).text) == []


def test_a_custom_integration_stays_marked_with_its_radio(client, company, bridge, url):
    client.post(url, {"access_key": bridge.access_key})
    text = client.get(page_url(company, bridge)).text
    assert 'value="custom" checked' in text
    assert current(text) == [page_url(company, bridge)]
    client.post(set_url(company, bridge), {"allow": "customer.nv"})
    assert 'value="custom" checked' in client.get(page_url(company, bridge)).text


def test_all_finished_integrations_are_seen_without_knowing_a_name(client, company, bridge):
    names = [IntegrationFactory().name_en for _ in range(12)]
    assert f'href="{page_url(company)}?all=on"' in client.get(page_url(company)).text
    text = client.get(page_url(company), {"all": "on"}).text
    assert "12 integrations found" in text
    assert all(f">{name}</span>" in text for name in names)
    assert "Bridge" not in text
