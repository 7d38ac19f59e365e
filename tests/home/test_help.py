"""The help: what people ask, with ways on that the reader may go."""

import re

import pytest
from django.urls import reverse

from apps.companies.rules import Role
from apps.companies.texts import ROLES
from apps.identifiers.texts import ARTICLE as ABOUT_IDENTIFIERS
from apps.rights.texts import PACKAGE_ARTICLE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def links(text):
    """Return where the answers lead."""
    return set(
        re.findall(r'href="([^"]+)"', "".join(re.findall(r"(?s)<article.*?</article>", text)))
    )


@pytest.fixture
def pages(company):
    """The pages of the company that the help names, by their names."""
    names = ("rights", "reopen", "api_identifiers", "users", "history", "check_call")
    return {name: reverse(name, args=[company.business_id]) for name in names}


def test_it_leads_to_netvisors_own_articles(sign_in):
    text = sign_in(UserFactory()).get(reverse("help")).text
    for article in (ABOUT_IDENTIFIERS, PACKAGE_ARTICLE, "77000498457-rights-of-interface"):
        assert article in text


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_it_leads_to_pages_that_open(sign_in, company, editor, pages, language):
    editor.user.language = language
    editor.user.save()
    client = sign_in(editor.user)
    found = links(client.get(reverse("company_help", args=[company.business_id])).text)
    assert found == set(pages.values())
    assert {client.get(address).status_code for address in found} == {200}


def test_it_leads_nobody_to_a_closed_door(sign_in, company, reader, pages):
    client = sign_in(reader.user)
    text = client.get(reverse("company_help", args=[company.business_id])).text
    assert links(text) == {pages["rights"], pages["api_identifiers"], pages["check_call"]}


def test_it_says_what_every_role_in_short_means(sign_in):
    text = sign_in(UserFactory()).get(reverse("help")).text.replace("&#x27;", "'")
    for role in set(Role) - {Role.COMPANY_ADMINISTRATOR}:
        assert f"<dt>{ROLES[role]}</dt>" in text


def test_it_is_reached_from_the_persons_menu(sign_in, company, reader):
    client = sign_in(reader.user)
    inside = reverse("company_help", args=[company.business_id])
    for page, address in (
        ("/companies/", "/help/"),
        (f"/companies/{company.business_id}/", inside),
    ):
        menu = client.get(page).text.partition('id="person"')[2].partition("</details>")[0]
        assert f'href="{address}"' in menu


def test_its_sentences_are_parted(sign_in, reader):
    said = sign_in(reader.user).get("/help/").text
    assert "where to go on. Open a company first" in said


def test_it_names_every_key_that_acts_alone(sign_in):
    client, key = sign_in(UserFactory()), re.compile("<kbd>(.)</kbd>")
    alone = key.findall(client.get("/shortcuts/").text)
    assert alone == ["/", "u", "?"]
    assert key.findall(client.get("/help/").text) == alone
