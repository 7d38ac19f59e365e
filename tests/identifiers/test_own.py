"""One's own identifiers, and the list of them."""

import re
from html import unescape

import pytest
from cryptography.fernet import Fernet

from apps.identifiers.models import ApiIdentifier
from apps.identifiers.texts import ARTICLE
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)
from tests.identifiers.helpers import press
from tests.rights.addresses import HTMX

pytestmark = pytest.mark.django_db


def test_it_is_the_same_in_every_company_one_may_enter(client, member, base):
    other = MembershipFactory(user=member.user).company
    made = press(client, base)
    assert made.user_id in client.get(f"/companies/{other.business_id}/api-identifiers/").text


def test_netvisors_own_article_is_led_to(client, base):
    link = f'as many as you like. <a href="{ARTICLE}" rel="noreferrer">'
    assert link in client.get(base).text


def test_others_are_nobodys_business(client, company, base):
    theirs = ApiIdentifierFactory(owner=MembershipFactory(company=company).user)
    assert theirs.user_id not in client.get(base).text


def test_a_page_without_identifiers_says_what_one_is_for(client, base):
    text = client.get(base).text
    assert "You have no identifiers yet." in text
    assert "send its User ID and its Key to the software partner" in text
    excel = client.get(base.replace("api-", "excel-")).text
    assert "You have no identifiers yet." in excel
    assert "software partner" not in excel


def test_a_custom_integration_is_named_only_where_it_is_listed(client, member, company, base):
    secret = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ApiIdentifierFactory(owner=member.user, integration=secret)
    assert "Secret Bridge" not in client.get(base).text
    ListingFactory(company=company, integration=secret)
    assert "Secret Bridge" in client.get(base).text


@pytest.mark.parametrize("count", [10, 200])
def test_statements_of_the_list_are_flat(client, member, base, count, django_assert_num_queries):
    for _ in range(count):
        ApiIdentifierFactory(owner=member.user, made_in=member.company, note="Receipts")
    client.get(base)
    with django_assert_num_queries(4):  # session, user, membership, the list
        client.get(base)


def test_older_ones_follow_without_gap_or_repetition(client, member, base):
    made = [ApiIdentifierFactory(owner=member.user, made_in=member.company) for _ in range(120)]
    seen, url = [], base
    while url:
        text = client.get(url).text
        seen += re.findall(r'<tr role="row" id="i-(\d+)"', text)
        more = re.search(r'href="([^"]+\?after=[^"]+)"', text)
        url = more and unescape(more.group(1))
    assert seen == [str(one.pk) for one in reversed(made)]


@pytest.mark.parametrize(
    "query", ["after=x", "after=[0]", "after=[9223372036854775808]", "after_here=[1,2]", "q=%00"]
)
def test_nonsense_in_the_address_is_said(client, base, query):
    assert client.get(f"{base}?{query}").status_code == 422


def test_opening_the_address_of_a_change_leads_to_the_list(client, member, base):
    mine = ApiIdentifierFactory(owner=member.user)
    for what in ("pause", "resume", "key", "key/copy"):
        assert client.get(f"{base}{mine.pk}/{what}/")["Location"] == base


def test_an_unreadable_partner_key_blocks_nothing(client, member, company, base, settings):
    linked = IntegrationFactory()
    ListingFactory(company=company, integration=linked)
    mine = ApiIdentifierFactory(owner=member.user, integration=linked)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    for what in ("edit", "replace", "deactivate"):
        assert client.get(f"{base}{mine.pk}/{what}/").status_code == 200
    client.post(f"{base}{mine.pk}/edit/", {"note": "n", "purpose": "api", "integration": ""})
    client.post(f"{base}{mine.pk}/deactivate/")
    mine = ApiIdentifier.objects.visible_to(member.user).get()
    assert mine.deactivated_at


def test_show_without_script_finds_the_row_on_any_page(client, member, base):
    made = [ApiIdentifierFactory(owner=member.user, made_in=member.company) for _ in range(60)]
    text = client.post(f"{base}{made[3].pk}/key/").text
    assert made[3].key.reveal() in text
    assert f"{base}?after=" not in text  # it is the last page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_row_is_answered_with_its_key_hidden(client, member, base, headers):
    mine = ApiIdentifierFactory(owner=member.user)
    answer = client.get(f"{base}{mine.pk}/", headers=headers, follow=True)
    assert f"Show Key of {mine.user_id}" in answer.text
    assert mine.key.reveal() not in answer.text


def test_statements_of_the_other_pages(client, member, company, base, django_assert_num_queries):
    mine = ApiIdentifierFactory(owner=member.user)
    for url, count in {
        base.replace("api-", "excel-"): 4,  # session, user, membership, the list
        f"{base}{mine.pk}/edit/": 5,  # ..., the company's integrations
        f"{base}{mine.pk}/deactivate/": 7,  # ..., where it works, what it would have refused
        f"{base}{mine.pk}/replace/": 4,
        f"/companies/{company.business_id}/": 5,  # ..., what ends soon, who can grant more
    }.items():
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)
