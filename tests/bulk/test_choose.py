"""Putting a bulk change together: whose rights, which resources, and in which companies."""

import re

import pytest

from apps.bulk import services, tasks
from apps.bulk.models import BulkChange
from apps.companies.models import Membership
from apps.resources.models import Listing
from tests.bulk.helpers import URL, drafted, form, run, states
from tests.factories import (
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)
from tests.work import work

MISTAKES = [
    ({"reason": ""}, "Give a reason."),
    ({"integration": ""}, "Choose an integration."),
    ({"integration": "nonsense"}, "Select a valid choice"),
    ({"integration": "all"}, "When you choose all integrations, you can only block."),
    (
        {"integration": "general", "chosen": "needed"},
        "We don&#x27;t know what the integration needs.",
    ),
    ({"chosen": "section"}, "Choose a section."),
    ({"chosen": "single"}, "Choose at least one resource."),
    ({"chosen": "single", "resource": ["old.nv"]}, "Select a valid choice"),
    ({"chosen": "like", "like": "9999999-9"}, "Enter the name or business ID of a client company"),
    ({"section": "sales"}, "that belongs to another option"),
    ({"company": []}, "Choose at least one company."),
    ({"attention": "nonsense"}, "Select a valid choice"),
]


@pytest.mark.parametrize(("wrong", "said"), MISTAKES)
def test_a_mistake_is_said_at_its_field_and_loses_nothing(client, companies, severa, wrong, said):
    answer = client.post(URL, form(companies, severa, **wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert "a ticket" in answer.text or wrong == {"reason": ""}
    assert not BulkChange.objects.exists()
    assert 'class="error"' in answer.text


def test_companies_that_the_person_does_not_serve_are_none(client, companies, severa):
    answer = client.post(URL, form([CompanyFactory()], severa))
    assert "Choose at least one company." in answer.text
    assert not BulkChange.objects.exists()


def test_searching_loses_nothing_typed_and_drafts_nothing(client, companies, severa):
    sent = form(companies, severa, q="bir")
    del sent["preview"]
    answer = client.post(URL, sent)
    assert answer.url == URL + "#h-where"
    answer = client.get(URL)
    assert "Birch" in answer.text
    assert "Cedar" not in answer.text
    assert 'value="a ticket"' in answer.text
    assert f'value="{severa.public_id}" selected' in answer.text
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("take", ["shown", "matching"])
def test_after_a_search_only_what_was_found_is_meant(client, companies, severa, take):
    change = drafted(client, companies, severa, q="bir", take=take)
    assert list(states(change)) == ["Birch"]


def test_all_that_match_reaches_beyond_those_shown_but_for_unticked_ones(client, companies, severa):
    alder, birch, _cedar = companies
    ids = {"shown": [alder.business_id, birch.business_id], "company": [birch.business_id]}
    change = drafted(client, companies, severa, **ids)
    assert states(change) == {"Birch": ("waiting", "")}
    change = drafted(client, companies, severa, take="matching", **ids)
    assert list(states(change)) == ["Birch", "Cedar", "Alder"]
    assert "Left out" in client.get(f"{URL}{change.pk}/").text
    run(client, change)
    assert states(change)["Alder"] == ("left_out", "")
    assert Listing.objects.count() == 2


def test_ticks_in_the_list_of_another_filter_draft_nothing(client, companies, severa):
    stale = form(companies, severa) | {"q": "bir"}
    answer = client.post(URL, stale)
    assert answer.status_code == 422
    assert "Your new search finds these companies." in answer.text
    assert "Cedar" not in answer.text
    assert not BulkChange.objects.exists()


def test_where_none_is_found_nothing_else_is_asked_for(client, companies, severa):
    text = client.post(URL, form(companies, severa) | {"q": "zzz"}).text
    assert "No company found. Change your search and press Preview again." in text
    assert "Your new search finds" not in text


def test_pasted_business_ids(client, companies, severa):
    ids = f"{companies[2].business_id}; 9999999-9\n{companies[0].business_id}"
    sent = form(companies, severa, ids=ids)
    change = drafted(client, companies, severa, ids=ids)
    assert list(states(change)) == ["Alder", "Cedar"]
    del sent["preview"]
    found = client.post(URL, sent, follow=True).text
    assert "These are not your client companies: 9999999-9" in found
    said = "Not included, because they are not your client companies: 9999999-9"
    assert said in client.get(f"{URL}{change.pk}/").text
    assert "Not included" not in client.get(f"{URL}{drafted(client, companies, severa).pk}/").text


def test_companies_that_one_does_not_serve_are_never_reached(client, companies, severa, person):
    other = CompanyFactory(name="Other")
    plain = MembershipFactory(user=person, editor=True, company__name="Plain").company
    for take in ("shown", "matching"):
        change = drafted(client, [*companies, other, plain], severa, take=take)
        assert set(states(change)) == {"Alder", "Birch", "Cedar"}


def test_an_unknown_custom_integration_cannot_be_chosen(client, companies, catalogue):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    ListingFactory(company=CompanyFactory(), integration=bridge)
    assert bridge.name_en not in client.get(URL).text
    assert client.post(URL, form(companies, bridge)).status_code == 422


def searched(client, companies, severa, **more):
    """Search without preview and return the page."""
    sent = form(companies, severa, **more)
    del sent["preview"]
    return client.post(URL, sent, headers={"HX-Request": "true"}).text


def test_who_was_left_out_stays_left_out_through_searches(client, companies, severa):
    alder, birch, cedar = companies
    first = {"company": [birch.business_id, cedar.business_id]}
    page = searched(client, companies, severa, q="bir", **first)
    assert "Left out so far: Alder" in page
    assert f'name="left_out" value="{alder.business_id}"' in page
    again = {"shown": [birch.business_id], "company": [birch.business_id]}
    page = searched(client, [birch], severa, left_out=alder.business_id, **again)
    assert f'value="{alder.business_id}" checked' not in page
    ids = {"shown": [birch.business_id], "company": [birch.business_id]}
    change = drafted(client, [birch], severa, take="matching", left_out=alder.business_id, **ids)
    assert states(change)["Alder"] == ("left_out", "")


def test_all_that_match_stays_so_while_few_match(client, companies, severa):
    page = searched(client, companies, severa, q="bir", take="matching")
    assert '<input type="hidden" name="take" value="matching">' in page


def test_pasted_ids_are_found_at_the_first_preview_and_taken_at_the_second(
    client, companies, severa
):
    vat = "FI" + companies[0].business_id.replace("-", "")
    ids = f"{vat} {companies[1].business_id} 9999999-9"
    first = client.post(URL, form(companies, severa) | {"ids": ids})
    assert first.status_code == 422
    assert "Alder" in first.text
    assert "Cedar" not in first.text
    assert "2 companies" in first.text
    assert "These are not your client companies: 9999999-9" in first.text
    change = drafted(client, companies[:2], severa, ids=ids)
    assert list(states(change)) == ["Alder", "Birch"]


def ticked(page):
    """Return the business ids that are ticked on a page."""
    return re.findall(r'name="company" value="([^"]*)" checked', page)


def test_nobody_is_ticked_at_first_unless_a_filter_chose(client, companies):
    page = client.get(URL).text
    assert ticked(page) == []
    assert "0 of 3 chosen" in page
    page = client.get(URL, {"package": "premium", "q": "bir"}).text
    assert ticked(page) == [companies[1].business_id]
    assert "1 of 3 chosen" in page


def test_who_was_ticked_by_hand_is_meant_whatever_is_looked_for_then(client, companies, severa):
    alder, birch, cedar = (company.business_id for company in companies)
    by_hand = {"preset": "", "shown": [alder, birch, cedar], "company": [alder]}
    page = searched(client, companies, severa, q="bir", **by_hand)
    assert "Chosen before: Alder" in page
    assert f'name="also" value="{alder}"' in page
    assert ticked(page) == [birch]
    assert "2 of 3 chosen" in page
    found = {"shown": [birch], "company": [birch], "also": alder}
    change = drafted(client, companies, severa, q="bir", **found)
    assert states(change) == {"Alder": ("waiting", ""), "Birch": ("waiting", "")}


def test_companies_are_pasted_by_name_too(client, companies, severa):
    ids = f"alder\n  CE\u00addar ; {companies[1].business_id}\nNobody & Sons, Oy"
    page = searched(client, companies, severa, ids=ids)
    assert len(ticked(page)) == 3
    assert "These are not your client companies: Nobody &amp; Sons, Oy" in page
    change = drafted(client, companies, severa, ids=ids)
    assert len(states(change)) == 3


@pytest.mark.parametrize("text", ["Alder", "al\u00adder", "by its id"])
def test_the_example_is_a_company_by_name_or_business_id(client, companies, severa, text):
    ListingFactory(company=companies[0], integration=severa, allowed=severa.needed)
    like = companies[0].business_id if text == "by its id" else text
    change = drafted(client, companies, severa, chosen="like", like=like)
    assert change.like == companies[0]


def test_back_in_the_browser_finds_what_was_filled_in(client, companies, severa):
    change = drafted(client, companies, severa, company=[companies[0].business_id])
    page = client.get(URL).text
    assert 'value="a ticket"' in page
    assert f'value="{severa.public_id}" selected' in page
    assert ticked(page) == [companies[0].business_id]
    assert "Start over" in page
    assert 'value="a ticket"' not in client.get(URL, {"new": "1"}).text
    assert 'value="a ticket"' not in client.get(URL).text
    preview = client.get(f"{URL}{change.pk}/").text
    assert f'href="{URL}?draft={change.pk}">Change the selection</a>' in preview
    run(client, change)
    assert 'name="reason" value="a ticket"' not in client.get(URL).text


def test_back_from_the_preview_is_as_it_was_typed(client, companies, severa):
    wish = {"chosen": "single", "resource": ["employee.nv"], "q": "a"}
    change = drafted(client, companies, severa, company=[companies[0].business_id], **wish)
    page = client.get(f"{URL}?draft={change.pk}").text
    assert 'value="a ticket"' in page
    assert 'value="employee.nv" checked' in page
    assert f'value="{companies[0].business_id}" checked' in page
    assert f'value="{companies[2].business_id}" checked' not in page
    assert client.get(f"{URL}?draft=nonsense").status_code == 200


def test_the_newest_bulk_change_is_named_first(client, companies, severa):
    for number in range(3):
        run(client, drafted(client, companies, severa, reason=f"ticket {number}"))
    text = client.get(URL).text
    assert text.index("ticket 2") < text.index("ticket 1") < text.index("ticket 0")


@pytest.mark.parametrize(
    "hostile",
    [
        {"company": ["\x00", "x"], "shown": ["\x00", "x"]},
        {"company": ["\x00", "x"], "shown": ["\x00", "x"], "take": "matching"},
        {"left_out": "\x00 nonsense"},
        {"ids": " ".join(str(number) for number in range(21_000))},
        {"ids": "\x00"},
        {"resource": ["\x00"], "chosen": "single"},
        {"like": "\x00", "chosen": "like"},
    ],
)
def test_hostile_forms_are_answered(client, companies, severa, hostile):
    assert client.post(URL, form(companies, severa) | hostile).status_code in (302, 422)


def test_as_in_a_company_where_nothing_is_allowed_allows_nothing(client, companies, severa):
    ListingFactory(company=companies[0], integration=severa)
    wish = {"chosen": "like", "like": companies[0].business_id}
    answer = client.post(URL, form(companies, severa, **wish))
    assert "Nothing is allowed in that company" in answer.text


def test_drafts_that_nobody_starts_are_forgotten_after_a_day(client, companies, severa):
    forgotten, started = (drafted(client, companies, severa) for _ in range(2))
    services.start(started)
    BulkChange.objects.update(made_at=services.timezone.now() - services.FORGOTTEN)
    fresh = drafted(client, companies, severa)
    tasks.forget_drafts.enqueue()
    work()
    assert set(BulkChange.objects.all()) == {started, fresh}
    for page in (f"{forgotten.pk}/", f"{forgotten.pk}/start/", f"?draft={forgotten.pk}"):
        gone = client.get(URL + page, follow=True)
        assert gone.status_code == 404
        assert "A draft that nobody starts is deleted after a day" in gone.text


def test_a_company_whose_rights_one_may_not_see_is_no_example(client, companies, severa):
    ListingFactory(company=companies[0], integration=severa, allowed=severa.needed)
    mine = Membership.objects.filter(company=companies[0])
    mine.update(levels={"vouchers": "edit"})
    wish = {"chosen": "like", "like": companies[0].business_id}
    answer = client.post(URL, form(companies, severa, **wish))
    assert (
        "Enter the name or business ID of a client company whose rights you can see." in answer.text
    )
    assert not BulkChange.objects.exists()


def test_what_is_wrong_with_wish_and_companies_is_said_at_once(client, companies, severa):
    sent = form(companies, severa, reason="")
    searched, nobody = "Your new search finds these companies.", "Choose at least one company."
    for wrong, said in (({"q": "bir"}, searched), ({"company": []}, nobody)):
        answer = client.post(URL, sent | wrong)
        assert answer.status_code == 422
        assert "Give a reason." in answer.text
        assert said in answer.text


def test_the_browser_says_no_mistake_in_a_language_of_its_own(client, companies):
    text = client.get(URL).text
    assert "novalidate" in text.partition('<form class="bulk"')[2].partition(">")[0]
