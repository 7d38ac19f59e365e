"""Allowing and blocking, through the address."""

import re

import pytest

from apps.audit.models import AuditEvent
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory, set_of
from tests.rights.addresses import HTMX, page_url, set_url


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def listing_of(company, integration=None):
    return Listing.objects.filter(company=company, integration=integration).first()


def test_an_editor_allows_a_resource(client, company, severa, catalogue):
    response = client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX)
    assert response.status_code == 200
    assert listing_of(company, severa).allowed == set_of(catalogue, ["customer.nv"])
    assert 'id="r-0" hx-swap-oob="true"' in response.text
    assert "Import customer details allowed for Severa." in response.text


def test_the_change_is_recorded_in_the_same_transaction(client, company, editor, severa, catalogue):
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject, event.company_id) == ("rights:allow", "Severa", company.pk)
    assert event.actor_id == editor.user.pk
    assert ResourceSet.from_bytes(bytes(event.added)) == set_of(catalogue, ["customer.nv"])
    assert not ResourceSet.from_bytes(bytes(event.removed))
    assert event.after == {"listed": True}


def test_the_office_of_a_tpk_is_recorded(sign_in, company, severa):
    tpk = MembershipFactory(company=company, editor=True, roles=["TPK"])
    sign_in(tpk.user).post(set_url(company, severa), {"allow": "all"})
    assert AuditEvent.objects.get().office == company.office.name


def test_without_script_it_goes_back_to_the_row(client, company, severa):
    response = client.post(set_url(company, severa), {"allow": "customer.nv"})
    assert response.status_code == 302
    assert response["Location"] == page_url(company, severa) + "#r-0"
    assert "Import customer details allowed for Severa." in client.get(response["Location"]).text


def test_repeating_a_wish_changes_and_records_nothing(client, company, severa):
    for _ in range(2):
        response = client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX)
    assert "No change: Severa already has this setting." in response.text
    assert AuditEvent.objects.count() == 1


def test_a_section_is_allowed_and_blocked(client, company, severa, catalogue):
    client.post(set_url(company, severa), {"allow": "section:sales"})
    sales = ["customer.nv", "customerlist.nv", "salesinvoice.nv"]
    assert listing_of(company, severa).allowed == set_of(catalogue, sales)
    client.post(set_url(company, severa), {"block": "section:sales"})
    assert not listing_of(company, severa).allowed


def test_a_whole_integration_is_allowed_without_what_is_retired(client, company, severa, catalogue):
    client.post(set_url(company, severa), {"allow": "all"})
    assert listing_of(company, severa).allowed == catalogue.live


def test_blocking_everything_keeps_the_integration_listed(client, company, severa):
    client.post(set_url(company, severa), {"allow": "all"})
    client.post(set_url(company, severa), {"block": "all"})
    assert listing_of(company, severa).allowed == ResourceSet()


def test_a_restriction_lists_an_integration_too(client, company, severa):
    response = client.post(set_url(company, severa), {"block": "all"}, headers=HTMX)
    assert listing_of(company, severa) is not None
    assert "Severa was added to the list with everything blocked." in response.text
    assert AuditEvent.objects.get().after == {"listed": True}


def test_what_it_needs_is_allowed_in_one_step(client, company, severa):
    client.post(set_url(company, severa), {"allow": "needed"})
    assert listing_of(company, severa).allowed == severa.needed


def test_general_rights_are_kept_in_one_step(client, company, severa, catalogue):
    client.post(set_url(company), {"allow": "section:salaries"})
    client.post(set_url(company, severa), {"allow": "general"})
    assert listing_of(company, severa).allowed == set_of(
        catalogue, ["employee.nv", "getemployee.nv"]
    )


def test_keeping_general_rights_is_refused_once_it_is_listed(client, company, severa):
    client.post(set_url(company), {"allow": "section:salaries"})
    client.post(set_url(company, severa), {"block": "all"})
    response = client.post(set_url(company, severa), {"allow": "general"}, headers=HTMX)
    assert response.status_code == 409
    assert "already has rights of its own" in response.text
    assert not listing_of(company, severa).allowed


def test_only_what_is_available_is_allowed(client, company, catalogue):
    limited = IntegrationFactory(available_only=set_of(catalogue, ["customer.nv"]))
    client.post(set_url(company, limited), {"allow": "all"})
    assert listing_of(company, limited).allowed == set_of(catalogue, ["customer.nv"])


@pytest.mark.parametrize("what", ["employee.nv", "section:salaries"])
@pytest.mark.parametrize("verb", ["allow", "block"])
def test_a_forged_request_for_what_is_not_available_is_refused(
    client, company, catalogue, what, verb
):
    limited = IntegrationFactory(available_only=set_of(catalogue, ["customer.nv"]))
    response = client.post(set_url(company, limited), {verb: what}, headers=HTMX)
    assert response.status_code == 422
    assert "not available here" in response.text
    assert listing_of(company, limited) is None
    assert not AuditEvent.objects.exists()


def test_a_retired_resource_is_never_allowed(client, company, severa):
    response = client.post(set_url(company, severa), {"allow": "old.nv"})
    assert response.status_code == 422
    assert listing_of(company, severa) is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "choose either Allow or Block"),
        ({"allow": "customer.nv", "block": "customer.nv"}, "choose either Allow or Block"),
        ({"allow": "nothing.nv"}, "no such resource"),
        ({"block": "general"}, "no such resource"),
        ({"allow": "section:nowhere"}, "not available here"),
        ({"allow": "sales"}, "no such resource"),
        ({"allow": "\U0001f600"}, "no such resource"),
        ({"allow": "x" * 10_000}, "at most 100 characters"),
        ({"allow": "a\x00b"}, "Null characters"),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_bad_input_gets_a_clear_answer_and_changes_nothing(
    client, company, severa, sent, said, headers
):
    response = client.post(set_url(company, severa), sent, headers=headers)
    assert response.status_code == 422
    assert said in response.text
    assert not Listing.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_unknown_integration_is_not_found(client, company, catalogue):
    response = client.post(
        f"/companies/{company.business_id}/interface-resources/0123456789abcdef/set/",
        {"allow": "all"},
    )
    assert response.status_code == 404


def test_an_unlisted_custom_integration_is_as_if_it_did_not_exist(client, company, catalogue):
    hidden = IntegrationFactory(custom=True)
    assert client.post(set_url(company, hidden), {"allow": "all"}).status_code == 404
    assert not Listing.objects.exists()


def test_another_companys_listing_is_out_of_reach(client, company, severa):
    theirs = ListingFactory(integration=severa, allowed=ResourceSet([1]))
    assert client.post(set_url(theirs.company, severa), {"block": "all"}).status_code == 404
    client.post(set_url(company, severa), {"block": "all"})
    theirs.refresh_from_db()
    assert theirs.allowed == ResourceSet([1])


def test_opening_the_address_of_a_change_leads_to_its_page(client, company, severa):
    assert client.get(set_url(company, severa))["Location"] == page_url(company, severa)
    assert client.get(page_url(company) + "find/")["Location"] == page_url(company)
    assert not Listing.objects.exists()


def test_a_missing_csrf_token_is_refused_with_a_helpful_page(sign_in, editor, company, severa):
    strict = sign_in(editor.user, enforce_csrf_checks=True)
    response = strict.post(set_url(company, severa), {"allow": "all"})
    assert response.status_code == 403
    assert "The form was not sent" in response.text
    assert not Listing.objects.exists()


def test_a_lost_session_leads_to_signing_in_and_back(client, company, severa):
    page = f"http://testserver{page_url(company, severa)}"
    client.logout()
    response = client.post(
        set_url(company, severa), {"allow": "all"}, headers={**HTMX, "HX-Current-URL": page}
    )
    assert response["HX-Redirect"] == f"/accounts/login/?next={page_url(company, severa)}"
    plain = client.post(set_url(company, severa), {"allow": "all"}, headers={"Referer": page})
    assert plain["Location"] == f"/accounts/login/?next={page_url(company, severa)}"
    assert not Listing.objects.exists()


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_signing_in_again_never_leads_elsewhere(company, severa, page):
    from django.test import Client

    headers = {**HTMX, "HX-Current-URL": page}
    response = Client().post(set_url(company, severa), {"allow": "all"}, headers=headers)
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


def mark_of(text):
    return re.search(r'id="seen" name="seen" value="([^"]+)"', text).group(1)


def test_an_up_to_date_page_gets_only_what_changed(client, company, severa):
    mark = mark_of(client.get(page_url(company, severa)).text)
    for code in ("customer.nv", "employee.nv"):
        sent = {"allow": code, "seen": mark}
        text = client.post(set_url(company, severa), sent, headers=HTMX).text
        assert "Somebody else" not in text
        assert text.count('role="switch"') == 1
        mark = mark_of(text)


def test_a_stale_page_gets_everything_and_is_told(client, company, severa):
    mark = mark_of(client.get(page_url(company, severa)).text)
    client.post(set_url(company, severa), {"allow": "employee.nv"})
    sent = {"allow": "customer.nv", "seen": mark}
    text = client.post(set_url(company, severa), sent, headers=HTMX).text
    assert "These rights were changed after you opened the page." in text
    assert text.count('role="switch"') == 5
    assert 'id="listed" hx-swap-oob="true"' in text


def test_the_traffic_panel_comes_along_when_it_opens_or_closes(client, company, severa):
    def panel(**sent):
        text = client.post(set_url(company, severa), sent, headers=HTMX).text
        return 'id="traffic"' in text

    assert panel(allow="customer.nv")
    assert not panel(allow="employee.nv")
    assert not panel(block="employee.nv")
    assert panel(block="all")


def test_what_is_said_of_api_traffic_follows_each_press(client, company, severa):
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0, 1]))
    client.post(page_url(company) + "block-traffic/")
    for code, said in (("customer.nv", "1 resource"), ("customerlist.nv", "2 resources")):
        answer = client.post(set_url(company), {"allow": code}, headers=HTMX).text
        assert f"general rights: {said}" in answer
    answer = client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX).text
    assert "1 blocked resource waits for review." in answer
