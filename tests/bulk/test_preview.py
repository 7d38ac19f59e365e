"""A draft shows what will happen in each company and changes nothing."""

import pytest
from django.utils.timezone import localdate, now

from apps.audit.models import AuditEvent
from apps.bulk.models import BulkChange
from apps.companies.models import Membership
from apps.resources.models import Listing
from apps.usage.models import Usage
from tests.bulk.helpers import TPK, URL, drafted, run, states
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory, set_of
from tests.files import text_of


def test_a_draft_changes_nothing(client, companies, severa):
    change = drafted(client, companies, severa)
    page = client.get(f"{URL}{change.pk}/")
    assert "2 resources will be allowed, Severa will be added to the list" in page.text
    assert "Allow in 3 companies" in page.text
    assert not Listing.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("left_out", [0, 1])
@pytest.mark.parametrize(
    ("take", "said"),
    [
        ("shown", ["3 companies", "2 companies, 1 left out"]),
        ("matching", ["All 3 found", "All 3 found, 1 left out"]),
    ],
)
def test_it_says_what_is_needed_and_which_companies_were_meant(
    client, companies, severa, take, said, left_out
):
    ticked = [one.business_id for one in companies[left_out:]]
    change = drafted(client, companies, severa, take=take, company=ticked, traffic="closed")
    before = client.get(f"{URL}{change.pk}/").text
    for page in before, client.get(f"{URL}{run(client, change).pk}/").text:
        assert "<dd>The 2 it needs: Import customer details, Get customer list</dd>" in page
        assert f"<dd>{said[left_out]}</dd>" in page


def test_names_are_text_until_it_ran(client, companies, severa):
    change = drafted(client, companies, severa)
    way = f'href="/companies/{companies[0].business_id}/'
    assert way not in client.get(f"{URL}{change.pk}/").text
    assert way in client.get(f"{URL}{run(client, change).pk}/").text


def test_companies_are_grouped_by_what_will_happen(client, companies, severa, catalogue):
    alder, birch, cedar = companies
    ListingFactory(company=alder, integration=severa, allowed=severa.needed)
    ListingFactory(company=birch, integration=severa, allowed=set_of(catalogue, ["customer.nv"]))
    Membership.objects.filter(company=cedar).update(levels={"interface_resources": "view"})
    change = drafted(client, companies, severa)
    text = client.get(f"{URL}{change.pk}/").text
    assert "1 resource will be allowed" in text
    assert "Severa, to be allowed: Get customer list" in text
    assert "Already set this way, no change" in text
    assert (
        "In that company you need the role TPK and the right Interface resources: edit, and both must be valid."
        in text
    )
    assert "Allow in 1 company" in text
    change = run(client, change)
    assert states(change) == {
        "Alder": ("unchanged", ""),
        "Birch": ("done", ""),
        "Cedar": ("refused", "no_right"),
    }


def test_the_preview_counts_the_persons_own_rights_and_nobody_elses(client, companies, severa):
    change = drafted(client, companies, severa)
    for company in companies:
        MembershipFactory(company=company, **TPK)
    Membership.objects.filter(company=companies[0], user=change.by).delete()
    Membership.objects.filter(company=companies[1], user=change.by).update(levels={})
    text = client.get(f"{URL}{change.pk}/").text
    assert "Allow in 1 company" in text
    assert "Alder" not in text
    assert "Birch" not in text
    assert "Cedar" in text


def test_what_to_look_at_is_named(client, companies, severa, catalogue):
    alder, birch, cedar = companies
    type(alder).objects.filter(pk=alder.pk).update(package="basic")
    ListingFactory(company=birch, integration=None, allowed=set_of(catalogue, ["employee.nv"]))
    ListingFactory(company=cedar, integration=severa, allowed=set_of(catalogue, ["employee.nv"]))
    change = drafted(client, companies, severa, action="exact")
    text = client.get(f"{URL}{change.pk}/").text
    for words in (
        "The service package does not include API traffic: Severa",
        "General access rights will no longer apply: Severa",
        "Resources that are allowed now will be blocked: Severa",
    ):
        assert words in text


def test_companies_that_left_the_office_are_refused_and_never_named(client, companies, severa):
    change = drafted(client, companies, severa)
    type(companies[0]).objects.filter(pk=companies[0].pk).update(office=None, name="Secret")
    for page in (
        client.get(f"{URL}{change.pk}/").text,
        text_of(client.get(f"{URL}{change.pk}/csv/")),
    ):
        assert "Secret" not in page
    change = run(client, change)
    assert states(change)["Secret"] == ("refused", "no_right")
    page = client.get(f"{URL}{change.pk}/").text
    assert "They are no longer your client companies." in page
    assert "Secret" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_statements_do_not_grow_with_companies(
    client, person, companies, severa, count, django_assert_max_num_queries
):
    more = [MembershipFactory(user=person, **TPK).company for _ in range(count)]
    change = drafted(client, more, severa)
    ListingFactory(company=more[0], integration=severa)
    client.get(URL)  # from here on the catalogue and the integrations are kept
    with django_assert_max_num_queries(7):
        client.get(URL)
    with django_assert_max_num_queries(7):
        client.get(f"{URL}{change.pk}/")
    run(client, change)
    with django_assert_max_num_queries(7):
        client.get(f"{URL}{change.pk}/")
    client.post(f"{URL}{change.pk}/put-back/", {"reason": "too early"})
    back = BulkChange.objects.latest("made_at")
    Membership.objects.filter(company=more[0]).update(roles=["KH"])
    with django_assert_max_num_queries(8):
        client.get(f"{URL}{back.pk}/")


def test_companies_that_would_lose_calls_start_unticked(client, person, companies, severa):
    used_by = ApiIdentifierFactory(owner=person, made_in=companies[0])
    call = {"identifier": used_by.pk, "resource": "customer.nv", "count": 37, "verdict": ""}
    for company in companies:
        ListingFactory(company=company, integration=severa, allowed=severa.needed)
    for company in companies[:2]:
        key = {"company": company.pk, "integration": severa.pk}
        Usage.objects.create(day=localdate(), last_at=now(), **key, **call)
    change = drafted(client, companies, severa, action="block")
    text = client.get(f"{URL}{change.pk}/").text
    assert text.count("it would have refused 37: Severa, Import customer details, 37 times") == 2
    assert "checked" not in text.split('id="h-losing"')[1]
    losing = [company.business_id for company in companies[:2]]
    client.post(f"{URL}{change.pk}/start/", {"losing": losing, "company": losing[1:]})
    assert states(run(client, change)) == {
        "Alder": ("left_out", ""),
        "Birch": ("done", ""),
        "Cedar": ("done", ""),
    }


def test_keeping_only_what_is_needed_blocks_the_rest_and_lists_nobody(
    client, companies, severa, catalogue
):
    alder, birch, _cedar = companies
    some = set_of(catalogue, ["customer.nv", "employee.nv"])
    ListingFactory(company=alder, integration=severa, allowed=some)
    ListingFactory(company=birch, integration=severa, allowed=severa.needed)
    change = run(client, drafted(client, companies, severa, action="keep"))
    assert states(change) == {
        "Alder": ("done", ""),
        "Birch": ("unchanged", ""),
        "Cedar": ("unchanged", ""),
    }
    allowed = Listing.objects.get(company=alder).allowed
    assert allowed == set_of(catalogue, ["customer.nv"])
    assert Listing.objects.count() == 2


def test_all_that_were_found_and_one_more_are_not_called_all(client, companies, severa):
    alder, birch, _ = companies
    more = {"take": "matching", "q": alder.name, "also": [birch.business_id]}
    page = client.get(f"{URL}{drafted(client, [alder], severa, **more).pk}/").text
    assert "<dd>2 companies</dd>" in page
    assert "All 2 found" not in page
