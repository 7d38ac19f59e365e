"""The rights as a file for spreadsheets."""

import pytest

from apps.resources.rules import ResourceSet
from tests.factories import IntegrationFactory, ListingFactory
from tests.files import rows_of
from tests.rights.addresses import page_url


@pytest.fixture
def client(sign_in, reader):
    return sign_in(reader.user)


@pytest.fixture
def open_company(company, severa):
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0]))
    ListingFactory(company=company, integration=None, allowed=ResourceSet([0, 1]))
    return company


def test_the_rights_of_an_integration_are_a_table(client, open_company, severa):
    heads, first, *rest = rows_of(client.get(page_url(open_company, severa) + "csv/"))
    assert heads[:5] == ["Integration", "Section", "Group", "Resource", "Code"]
    assert first[0] == "Severa"
    assert first[1] == "Sales"
    assert first[3:5] == ["Import customer details", "customer.nv"]
    assert first[-3:] == ["Allowed", "1", "1"]  # a program would read 1/1 as a day
    assert len(rest) == 4


def test_what_the_general_rights_allow_is_not_called_blocked_alone(client, open_company):
    unlisted = IntegrationFactory()
    _, first, second, third, *_ = rows_of(client.get(page_url(open_company, unlisted) + "csv/"))
    assert first[-3] == second[-3] == "Blocked (general rights allow it)"
    assert third[-3] == "Blocked"


def test_it_has_the_rows_that_are_shown(client, open_company):
    url = page_url(open_company)
    page = client.get(url, {"find": "customer", "show": "allowed"}).text
    assert f'href="{url}csv/?find=customer&amp;show=allowed"' in page
    found = rows_of(client.get(url + "csv/", {"find": "customer", "show": "allowed"}))
    assert [row[4] for row in found[1:]] == ["customer.nv", "customerlist.nv"]
    assert found[1][0] == "General access rights"


def test_while_typing_the_address_of_the_file_follows(client, open_company, severa):
    url = page_url(open_company, severa)
    text = client.get(url + "filter/", {"find": "list"}, headers={"HX-Request": "true"}).text
    assert f'hx-swap-oob="true"><a href="{url}csv/?find=list&amp;show="' in text
