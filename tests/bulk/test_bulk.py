"""Bulk rights: chosen, previewed, run company by company, put back."""

import csv
import io

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils.http import urlencode

from apps.audit.models import AuditEvent
from apps.bulk import services
from apps.bulk.forms import CompaniesForm
from apps.bulk.models import BulkChange
from apps.companies.models import Membership
from apps.resources.models import Listing
from apps.resources.rules import NOTHING, ResourceSet
from tests.factories import (
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    set_of,
)

URL = "/office/rights/"
TPK = {"editor": True, "roles": ["TPK", "KH", "KP"]}


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def companies(person):
    """Three client companies, Alder to Cedar."""
    names = ("Alder", "Birch", "Cedar")
    return [MembershipFactory(user=person, company__name=name, **TPK).company for name in names]


@pytest.fixture
def client(sign_in, person, companies):
    return sign_in(person)


def form(companies, severa=None, **more):
    """Return what the page would send that lists these companies, all ticked."""
    ids = [company.business_id for company in companies]
    sent = {
        "integration": severa.public_id if severa else "general",
        "chosen": "needed" if severa else "all",
        "action": "allow",
        "reason": "a ticket",
        "shown": ids,
        "company": ids,
        "preview": "1",
        **more,
    }
    return {"seen": CompaniesForm(QueryDict(urlencode(sent, doseq=True))).mark, **sent}


def drafted(client, companies, severa=None, **more):
    """Send the form and return the draft."""
    answer = client.post(URL, form(companies, severa, **more))
    assert answer.status_code == 302, answer.text
    return BulkChange.objects.latest("made_at")


def run(client, change):
    """Start a draft and let it run to its end."""
    client.post(f"{URL}{change.pk}/start/")
    call_command("run_bulk", stdout=io.StringIO())
    change.refresh_from_db()
    return change


def states(change):
    return {item.company.name: (item.state, item.why) for item in change.items.all()}


def allowed(company, integration=None):
    return Listing.objects.get(company=company, integration=integration).allowed


def test_a_draft_changes_nothing(client, companies, severa):
    change = drafted(client, companies, severa)
    page = client.get(f"{URL}{change.pk}/")
    assert "2 resources will be allowed, Severa is listed" in page.text
    assert "Allow in 3 companies" in page.text
    assert not Listing.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_new_draft_lets_the_persons_own_forgotten_ones_go(client, companies, severa, sign_in):
    colleague = sign_in(MembershipFactory(company=companies[0], **TPK).user)
    forgotten, started = (drafted(client, companies, severa) for _ in range(2))
    others = drafted(colleague, companies[:1], severa)
    services.start(started)
    BulkChange.objects.update(made_at=services.timezone.now() - services.FORGOTTEN)
    fresh, newest = (drafted(client, companies, severa) for _ in range(2))
    assert set(BulkChange.objects.all()) == {started, others, fresh, newest}
    assert client.get(f"{URL}{forgotten.pk}/").status_code == 404


def test_it_runs_with_one_event_per_company(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    assert set(states(change).values()) == {("done", "")}
    events = AuditEvent.objects.filter(bulk_id=change.pk, reason="a ticket", verb="rights:allow")
    assert sorted(event.company_id for event in events) == sorted(c.pk for c in companies)
    assert {allowed(company, severa) for company in companies} == {severa.needed}
    assert "Started" in client.get(f"{URL}{change.pk}/").text


def test_companies_are_grouped_by_what_will_happen(client, companies, severa, catalogue):
    alder, birch, cedar = companies
    ListingFactory(company=alder, integration=severa, allowed=severa.needed)
    ListingFactory(company=birch, integration=severa, allowed=set_of(catalogue, ["customer.nv"]))
    Membership.objects.filter(company=cedar).update(levels={"interface_resources": "view"})
    change = drafted(client, companies, severa)
    text = client.get(f"{URL}{change.pk}/").text
    assert "1 resource will be allowed" in text
    assert "Severa, will be allowed: Get customer list" in text
    assert "Already so, nothing changes" in text
    assert "There you need TPK and Interface resources: edit, both in force." in text
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
        "The package carries no traffic: Severa",
        "Loses general access rights by being listed: Severa",
        "Something that is allowed now will be blocked: Severa",
    ):
        assert words in text


def test_exactly_so_blocks_the_rest(client, companies, severa, catalogue):
    ListingFactory(
        company=companies[0], integration=severa, allowed=set_of(catalogue, ["employee.nv"])
    )
    run(client, drafted(client, companies, severa, action="exact"))
    assert allowed(companies[0], severa) == severa.needed


def test_all_integrations_are_blocked_general_rights_too(client, companies, severa, catalogue):
    everything = ResourceSet(range(5))
    ListingFactory(company=companies[0], integration=None, allowed=everything)
    ListingFactory(company=companies[0], integration=severa, allowed=everything)
    wish = {"integration": "all", "chosen": "section", "section": "sales", "action": "block"}
    change = run(client, drafted(client, companies, **wish))
    rest = set_of(catalogue, ["employee.nv", "getemployee.nv"])
    assert allowed(companies[0]) == allowed(companies[0], severa) == rest
    assert states(change)["Birch"] == ("unchanged", "")
    assert Listing.objects.count() == 2


def test_as_in_one_company(client, companies, severa, catalogue):
    like = set_of(catalogue, ["employee.nv"])
    ListingFactory(company=companies[0], integration=severa, allowed=like)
    wish = {"chosen": "like", "like": companies[0].business_id}
    run(client, drafted(client, companies, severa, **wish))
    assert allowed(companies[1], severa) == like


MISTAKES = [
    ({"reason": ""}, "This field is required."),
    ({"integration": ""}, "This field is required."),
    ({"integration": "nonsense"}, "Select a valid choice"),
    ({"integration": "all"}, "All integrations at once can only be blocked."),
    ({"integration": "general", "chosen": "needed"}, "Nothing is known of what it needs."),
    ({"chosen": "section"}, "Choose a section."),
    ({"chosen": "single"}, "Choose at least one resource."),
    ({"chosen": "single", "code": ["old.nv"]}, "Select a valid choice"),
    ({"chosen": "like", "like": "9999999-9"}, "Give the business ID of a client company"),
    ({"section": "sales"}, "that belongs to another way of choosing"),
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
    assert '<p class="error"' in answer.text


def test_searching_loses_nothing_typed_and_drafts_nothing(client, companies, severa):
    sent = form(companies, severa, q="bir")
    del sent["preview"]
    answer = client.post(URL, sent)
    assert answer.status_code == 200
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
    assert states(change) == {"Birch": ("waiting", ""), "Alder": ("left_out", "")}
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
    assert "These are the companies that your new filter finds." in answer.text
    assert "Cedar" not in answer.text
    assert not BulkChange.objects.exists()


def test_pasted_business_ids(client, companies, severa):
    ids = f"{companies[2].business_id}; 9999999-9\n{companies[0].business_id}"
    sent = form(companies, severa, ids=ids)
    change = drafted(client, companies, severa, ids=ids)
    assert list(states(change)) == ["Alder", "Cedar"]
    del sent["preview"]
    assert "Not among your client companies: 9999999-9" in client.post(URL, sent).text


def test_companies_that_one_does_not_serve_are_never_reached(client, companies, severa, person):
    other = CompanyFactory(name="Other")
    plain = MembershipFactory(user=person, editor=True, company__name="Plain").company
    for take in ("shown", "matching"):
        change = drafted(client, [*companies, other, plain], severa, take=take)
        assert set(states(change)) == {"Alder", "Birch", "Cedar"}


def test_rights_lost_since_the_preview_are_refused(client, companies, severa):
    change = drafted(client, companies, severa)
    Membership.objects.filter(company=companies[1]).update(roles=["KH"])
    Membership.objects.filter(company=companies[2]).delete()
    change = run(client, change)
    assert states(change) == {
        "Alder": ("done", ""),
        "Birch": ("refused", "no_right"),
        "Cedar": ("refused", "no_right"),
    }
    assert Listing.objects.count() == 1


def test_only_the_refused_are_tried_again(client, companies, severa):
    change = drafted(client, companies, severa)
    Membership.objects.filter(company=companies[1]).update(levels={})
    run(client, change)
    Membership.objects.filter(company=companies[1]).update(levels={"interface_resources": "edit"})
    assert "Try the 1 refused again" in client.get(f"{URL}{change.pk}/").text
    client.post(f"{URL}{change.pk}/go-on/")
    call_command("run_bulk", stdout=io.StringIO())
    assert set(states(change).values()) == {("done", "")}
    assert AuditEvent.objects.filter(bulk_id=change.pk).count() == 3


def test_it_can_be_stopped_and_go_on(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    client.post(f"{URL}{change.pk}/stop/")
    call_command("run_bulk", stdout=io.StringIO())
    assert set(states(change).values()) == {("waiting", "")}
    assert "Go on with the other 3" in client.get(f"{URL}{change.pk}/").text
    client.post(f"{URL}{change.pk}/go-on/")
    client.post(f"{URL}{change.pk}/step/", headers={"HX-Request": "true"})
    assert set(states(change).values()) == {("done", "")}


def test_the_page_shows_how_far_it_is_and_the_result_in_place(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    assert "0 of 3 companies" in client.get(f"{URL}{change.pk}/").text
    answer = client.post(f"{URL}{change.pk}/step/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#change"
    assert "What became of it" in answer.text


def test_a_claimed_change_is_left_to_its_runner(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    change.items.update(claimed_until=services.timezone.now() + services.CLAIM)
    assert services.advance(change.pk) == 0
    assert set(states(change).values()) == {("waiting", "")}


def test_the_whole_is_put_back_exactly(client, companies, severa, catalogue):
    before = set_of(catalogue, ["customer.nv", "employee.nv"])
    ListingFactory(company=companies[0], integration=severa, allowed=before)
    change = run(client, drafted(client, companies, severa))
    answer = client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    assert answer.url == f"{URL}{back.pk}/"
    text = client.get(answer.url).text
    assert "Put back in 3 companies" in text
    run(client, back)
    assert allowed(companies[0], severa) == before
    assert allowed(companies[1], severa) == NOTHING
    assert AuditEvent.objects.filter(bulk_id=back.pk, verb="rights:undo").count() == 3


def test_companies_that_moved_on_are_left_as_they_are(client, companies, severa, catalogue):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    text = client.get(f"{URL}{back.pk}/").text
    assert "The rights were changed since; they are left as they are now." in text
    run(client, back)
    assert states(back)["Alder"] == ("refused", "moved_on")
    assert len(allowed(companies[0], severa)) == 3


def test_a_custom_integration_is_not_carried_to_companies_that_do_not_know_it(
    client, companies, catalogue
):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    ListingFactory(company=companies[0], integration=bridge)
    change = run(client, drafted(client, companies, bridge))
    assert states(change)["Alder"] == ("done", "")
    assert states(change)["Birch"] == ("refused", "not_known")


def test_one_found_by_its_key_may_be(client, companies, catalogue):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    find = f"/companies/{companies[0].business_id}/interface-resources/find/"
    client.post(find, {"access_key": bridge.access_key})
    change = run(client, drafted(client, companies, bridge))
    assert set(states(change).values()) == {("done", "")}


def test_an_unknown_custom_integration_cannot_be_chosen(client, companies, catalogue):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    ListingFactory(company=CompanyFactory(), integration=bridge)
    assert bridge.name_en not in client.get(URL).text
    assert client.post(URL, form(companies, bridge)).status_code == 422


def test_others_bulk_changes_do_not_exist(client, companies, severa, sign_in):
    change = drafted(client, companies, severa)
    colleague = MembershipFactory(company=companies[0], **TPK).user
    stranger = sign_in(colleague)
    for tail in ("", "csv/"):
        assert stranger.get(f"{URL}{change.pk}/{tail}").status_code == 404
    for tail in ("start/", "step/", "stop/", "go-on/", "put-back/"):
        assert stranger.post(f"{URL}{change.pk}/{tail}").status_code == 404
        assert client.get(f"{URL}{change.pk}/{tail}").url == f"{URL}{change.pk}/"


def test_a_failure_in_one_company_does_not_stop_the_others(client, companies, severa, monkeypatch):
    change = drafted(client, companies, severa)
    bring = services.services.bring

    def failing(access, *args, **kwargs):
        if access.company == companies[0]:
            raise ZeroDivisionError
        return bring(access, *args, **kwargs)

    monkeypatch.setattr(services.services, "bring", failing)
    change = run(client, change)
    assert states(change)["Alder"] == ("refused", "failed")
    assert states(change)["Cedar"] == ("done", "")


def test_the_result_as_a_file(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    rows = list(csv.reader(io.StringIO(client.get(f"{URL}{change.pk}/csv/").text)))
    assert rows[1] == ["Alder", companies[0].business_id, "Done", ""]
    assert len(rows) == 4


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
    client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    Membership.objects.filter(company=more[0]).update(roles=["KH"])
    with django_assert_max_num_queries(8):
        client.get(f"{URL}{back.pk}/")


def searched(client, companies, severa, **more):
    """Search without preview and return the page."""
    sent = form(companies, severa, **more)
    del sent["preview"]
    return client.post(URL, sent).text


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
    assert "Not among your client companies: 9999999-9" in first.text
    change = drafted(client, companies[:2], severa, ids=ids)
    assert list(states(change)) == ["Alder", "Birch"]


def test_back_from_the_preview_is_as_it_was_typed(client, companies, severa):
    wish = {"chosen": "single", "code": ["employee.nv"], "q": "a"}
    change = drafted(client, companies, severa, company=[companies[0].business_id], **wish)
    page = client.get(f"{URL}?draft={change.pk}").text
    assert 'value="a ticket"' in page
    assert 'value="employee.nv" checked' in page
    assert f'value="{companies[0].business_id}" checked' in page
    assert f'value="{companies[2].business_id}" checked' not in page
    assert client.get(f"{URL}?draft=nonsense").status_code == 200


def test_companies_that_left_the_office_are_refused_and_never_named(client, companies, severa):
    change = drafted(client, companies, severa)
    type(companies[0]).objects.filter(pk=companies[0].pk).update(office=None, name="Secret")
    for page in (client.get(f"{URL}{change.pk}/").text, client.get(f"{URL}{change.pk}/csv/").text):
        assert "Secret" not in page
    change = run(client, change)
    assert states(change)["Secret"] == ("refused", "no_right")
    page = client.get(f"{URL}{change.pk}/").text
    assert "They are no longer your client companies." in page
    assert "Secret" not in page


def test_putting_back_says_which_companies_are_out_of_reach(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    type(companies[0]).objects.filter(pk=companies[0].pk).update(office=None)
    client.post(f"{URL}{change.pk}/put-back/")
    back = BulkChange.objects.latest("made_at")
    page = client.get(f"{URL}{back.pk}/").text
    assert "1 company: not your client companies any more" in page
    assert len(states(back)) == 2


def test_what_was_put_back_leads_there_instead_of_offering_it_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    client.post(f"{URL}{change.pk}/put-back/")
    back = run(client, BulkChange.objects.latest("made_at"))
    page = client.get(f"{URL}{change.pk}/").text
    assert f"{URL}{back.pk}/" in page
    assert "/put-back/" not in page


def test_what_moved_on_is_not_tried_again(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    page = f"/companies/{companies[0].business_id}/interface-resources/{severa.public_id}/set/"
    client.post(page, {"allow": "employee.nv"})
    client.post(f"{URL}{change.pk}/put-back/")
    back = run(client, BulkChange.objects.latest("made_at"))
    assert "again" not in client.get(f"{URL}{back.pk}/").text
    client.post(f"{URL}{back.pk}/go-on/")
    assert states(back)["Alder"] == ("refused", "moved_on")


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
        {"code": ["\x00"], "chosen": "single"},
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
