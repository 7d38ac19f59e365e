"""Reviewing what a block of API traffic took away, and answering it."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.rules import Capability
from apps.companies.texts import NEEDS
from apps.core.refusals import Refused
from apps.reopening import services as reopening
from apps.reopening.reads import reviews
from apps.resources import reads as resources
from apps.resources.models import CatalogueVersion, Listing
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet, Target
from apps.rights import services
from apps.rights.rules import Scope, Wish
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory, ResourceFactory
from tests.rights.addresses import HTMX, page_url, set_url

ALL = ResourceSet([0, 1, 2])


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def closed(client, company, severa):
    """Severa had three resources and the general rights one; then all traffic was blocked."""
    ListingFactory(company=company, integration=None, allowed=ResourceSet([3]))
    ListingFactory(company=company, integration=severa, allowed=ALL)
    client.post(page_url(company) + "block-traffic/")
    return company


def url_of(company, name="reopen"):
    return reverse(name, args=[company.business_id])


def answer(client, company, name, integration=None, *codes, whole=NOTHING, **kwargs):
    data = {"resource": codes, "whole": whole.hex if whole else ""}
    if integration:
        data["integration"] = integration.public_id
    return client.post(url_of(company, name), data, **kwargs)


def retire(catalogue, code, *, retired):
    resource = catalogue.by_code[code]
    resource.retired = retired
    resource.save()
    CatalogueVersion.renew()


def allowed(company, integration=None):
    return Listing.objects.get(company=company, integration=integration).allowed


def test_it_shows_what_was_allowed_with_nothing_chosen(client, closed):
    text = client.get(url_of(closed)).text
    assert "3 resources were allowed" in text
    assert "1 resource was allowed" in text
    assert text.count('name="resource"') == 4
    assert " checked" not in text


def test_it_says_when_and_by_whom_it_was_blocked_without_an_email(client, closed, editor):
    text = client.get(url_of(closed)).text
    assert "by Edith Editor." in text
    assert editor.user.email not in text.partition("<main")[2]


def test_a_company_where_nothing_waits_says_so(client, company, severa):
    text = client.get(url_of(company)).text
    assert "There is nothing to review." in text
    assert "are still blocked" not in text
    client.post(set_url(company, severa), {"allow": "all"})
    client.post(set_url(company, severa), {"block": "all"})
    assert "There is nothing to review." in client.get(url_of(company)).text


QUESTIONS = ["ask_reopen", "ask_leave"]
ADDRESSES = [*QUESTIONS, "reopen_rights", "leave_blocked"]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("kind", ["chosen", "whole"])
def test_it_asks_before_it_answers_and_lists_exactly_what(client, closed, severa, name, kind):
    count = AuditEvent.objects.count()
    asked = {"chosen": (["customer.nv"], NOTHING), "whole": ([], ALL)}[kind]
    response = answer(client, closed, name, severa, *asked[0], whole=asked[1])
    main = response.text.partition("<main")[2]
    assert response.status_code == 200
    assert ("Import sales invoice" in main) is (kind == "whole")
    assert "Import customer details" in main
    assert main.index("autofocus") < main.index("button-primary")
    assert allowed(closed, severa) == NOTHING
    assert AuditEvent.objects.count() == count


@pytest.mark.parametrize("name", ADDRESSES)
def test_going_back_from_the_question_keeps_the_choice(client, closed, severa, name):
    sent = {"integration": severa.public_id, "whole": ResourceSet([0, 2]).hex, "change": "1"}
    response = client.post(url_of(closed, name), sent)
    assert response.status_code == 200
    ticked = re.findall(r'value="([a-z]+\.nv)" checked', response.text)
    assert ticked == ["customer.nv", "salesinvoice.nv"]
    assert allowed(closed, severa) == NOTHING
    assert not AuditEvent.objects.filter(verb__in=["rights:reopen", "rights:leave"])


def test_a_long_question_is_folded(client, company, severa):
    many = ResourceFactory.create_batch(31)
    ListingFactory(company=company, integration=severa, allowed=EVERYTHING)
    client.post(page_url(company) + "block-traffic/")
    every = ResourceSet(resource.position for resource in many)
    short = answer(client, company, "ask_reopen", severa, whole=ResourceSet([*every][:30]))
    long = answer(client, company, "ask_reopen", severa, whole=every)
    assert 'class="unfold" open' in short.text
    assert 'class="unfold" open' not in long.text


def several(client, company, name, *listings, **kwargs):
    sent = [f"{one.public_id if one else 'general'}:{whole.hex}" for one, whole in listings]
    return client.post(url_of(company, name), {"listing": sent}, **kwargs)


def test_several_are_ticked_asked_about_once_and_reopened_at_once(client, closed, severa):
    text = client.get(url_of(closed)).text
    assert "All 2" in text
    both = [(None, ResourceSet([3])), (severa, ALL)]
    question = several(client, closed, "ask_reopen_several", *both).text
    assert "Reopen 2 integrations?" in question
    assert "4 resources will be allowed again immediately." in question
    said = several(client, closed, "reopen_several", *both, follow=True).text
    assert "4 resources allowed again for 2 integrations." in said
    assert (allowed(closed), allowed(closed, severa)) == (ResourceSet([3]), ALL)
    assert AuditEvent.objects.filter(verb="rights:reopen").values("bulk_id").distinct().count() == 1


def test_all_means_all_that_the_page_showed(client, closed, severa):
    sent = {"all": "1", "shown": f"{severa.public_id}:{ALL.hex}", "listing": "general:zz"}
    client.post(url_of(closed, "reopen_several"), sent)
    assert (allowed(closed), allowed(closed, severa)) == (NOTHING, ALL)


@pytest.mark.parametrize("name", ["ask_reopen_several", "reopen_several"])
@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({}, 422, "Choose at least one integration."),
        ({"all": "1"}, 422, "Choose at least one integration."),
        ({"listing": "general:zz"}, 422, "there is no such resource"),
        ({"listing": "nobody:" + NOTHING.hex}, 404, ""),
        (
            {"listing": "general:" + NOTHING.hex},
            409,
            "the resources waiting for review have changed",
        ),
        ({"listing": "general:" + ALL.hex}, 409, "the resources waiting for review have changed"),
    ],
)
def test_several_that_do_not_wait_are_not_reopened(client, closed, name, sent, status, words):
    response = client.post(url_of(closed, name), sent)
    assert response.status_code == status
    assert words in response.text
    assert allowed(closed) == NOTHING


def test_no_tick_is_a_mistake_at_the_ticks_with_and_without_script(client, closed):
    for headers in ({}, HTMX):
        response = client.post(url_of(closed, "ask_reopen_several"), {}, headers=headers)
        form = response.text.partition('id="several"')[2].partition("</form>")[0]
        assert 'id="several-error" role="alert">Choose at least one integration.' in form
        assert 'aria-describedby="several-error"' in form
        assert "HX-Redirect" not in response


def test_all_of_a_section_is_one_tick(client, company, severa):
    ListingFactory(company=company, integration=severa, allowed=ALL)
    client.post(page_url(company) + "block-traffic/")
    assert "All of Sales" in client.get(url_of(company)).text
    sent = {"integration": severa.public_id, "section": ResourceSet([0, 2]).hex}
    client.post(url_of(company, "reopen_rights"), sent)
    assert allowed(company, severa) == ResourceSet([0, 2])
    sent["section"] = "zz"
    assert client.post(url_of(company, "reopen_rights"), sent).status_code == 422


def test_all_of_one_is_one(client, closed):
    text = client.get(url_of(closed)).text
    assert ">Reopen 1<" in text
    assert ">Reopen all 3<" in text


def test_those_chosen_are_reopened_and_the_rest_waits(client, closed, severa):
    response = answer(client, closed, "reopen_rights", severa, "customer.nv", follow=True)
    assert allowed(closed, severa) == ResourceSet([0])
    assert "1 resource allowed again for Severa." in response.text
    assert "2 resources were allowed" in response.text
    event = AuditEvent.objects.latest("pk")
    assert event.verb == "rights:reopen"
    assert bytes(event.added) == bytes(ResourceSet([0]))


def test_the_whole_is_reopened_and_neighbours_keep_waiting(client, closed, severa):
    answer(client, closed, "reopen_rights", severa, whole=ALL)
    assert allowed(closed, severa) == ALL
    assert allowed(closed) == NOTHING
    assert "1 resource was allowed" in client.get(url_of(closed)).text


def test_the_general_rights_are_reopened(client, closed):
    answer(client, closed, "reopen_rights", None, "employee.nv")
    assert allowed(closed) == ResourceSet([3])


def test_leaving_blocked_changes_no_right_and_ends_the_wait(client, closed, severa):
    response = answer(client, closed, "leave_blocked", severa, "customer.nv", follow=True)
    assert "1 resource left blocked for Severa." in response.text
    assert "2 resources were allowed" in response.text
    assert allowed(closed, severa) == NOTHING
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.added) == ("rights:leave", None)
    assert bytes(event.removed) == bytes(ResourceSet([0]))


def test_the_rights_say_by_whom_all_was_blocked_also_when_some_is_left_so(client, closed, severa):
    said = f"by {AuditEvent.objects.latest('pk').actor_name}."
    answer(client, closed, "leave_blocked", severa, "customer.nv")
    assert said in client.get(page_url(closed)).text
    client.post(set_url(closed, severa), {"allow": "customer.nv"})
    client.post(set_url(closed, severa), {"block": "customer.nv"})
    assert said not in client.get(page_url(closed)).text


def test_what_is_allowed_by_its_switch_waits_no_more(client, closed, severa):
    client.post(set_url(closed, severa), {"allow": "customer.nv"})
    client.post(set_url(closed, severa), {"block": "customer.nv"})
    assert "2 resources were allowed" in client.get(url_of(closed)).text


def test_a_second_block_keeps_what_waits(client, closed, severa):
    client.post(set_url(closed, severa), {"allow": "employee.nv"})
    client.post(page_url(closed) + "block-traffic/")
    text = client.get(url_of(closed)).text
    assert "4 resources were allowed" in text
    assert text.count("Blocked ") >= 3  # two for Severa, one for the general rights


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_changes_when_something_waits_no_more(client, closed, severa, name):
    client.post(set_url(closed, severa), {"allow": "customer.nv"})
    count = AuditEvent.objects.count()
    response = answer(client, closed, name, severa, "customer.nv", "customerlist.nv")
    assert response.status_code == 409
    assert "the resources waiting for review have changed" in response.text
    assert response.text.count(" checked") == 1
    assert allowed(closed, severa) == ResourceSet([0])
    assert AuditEvent.objects.count() == count


def test_an_answer_sent_twice_is_refused(client, closed, severa):
    assert answer(client, closed, "reopen_rights", severa, whole=ALL).status_code == 302
    assert answer(client, closed, "reopen_rights", severa, whole=ALL).status_code == 409
    assert AuditEvent.objects.filter(verb="rights:reopen").count() == 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_choosing_nothing_is_told_at_the_resources(client, closed, severa, name):
    response = answer(client, closed, name, severa)
    assert response.status_code == 422
    assert "Choose at least one resource." in response.text
    assert response.text.count('<details class="unfold" open>') == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"resource": "nonsense.nv"},
        {"resource": "customer\0.nv"},
        {"whole": "zz"},
        {"whole": "0" * 65},
        {"whole": "\0"},
        {"resource": ["customer.nv", "nonsense.nv"]},
    ],
)
def test_tampered_answers_change_nothing(client, closed, severa, sent):
    sent = sent | {"integration": severa.public_id}
    assert client.post(url_of(closed, "reopen_rights"), sent).status_code == 422
    assert allowed(closed, severa) == NOTHING


def test_what_never_was_allowed_is_not_opened(client, closed, severa):
    assert answer(client, closed, "reopen_rights", severa, "getemployee.nv").status_code == 409
    assert (
        answer(client, closed, "reopen_rights", severa, whole=ALL | ResourceSet([9])).status_code
        == 409
    )
    assert allowed(closed, severa) == NOTHING


@pytest.mark.parametrize("integration", ["x", "0" * 16, "\0"])
def test_an_unknown_integration_is_not_found(client, closed, integration):
    sent = {"resource": "customer.nv", "integration": integration}
    assert client.post(url_of(closed, "reopen_rights"), sent).status_code == 404


@pytest.mark.parametrize("start", ["general", "0" * 16, "x", "\0", "9" * 500])
def test_any_start_shows_the_page(client, closed, start):
    assert client.get(url_of(closed), {"from": start}).status_code == 200


def test_a_retired_resource_is_not_offered_but_keeps_waiting(client, closed, severa, catalogue):
    retire(catalogue, "customer.nv", retired=True)
    assert "2 resources were allowed" in client.get(url_of(closed)).text
    assert answer(client, closed, "reopen_rights", severa, "customer.nv").status_code == 409
    retire(catalogue, "customer.nv", retired=False)
    assert "3 resources were allowed" in client.get(url_of(closed)).text


def test_what_is_no_more_available_is_not_offered(client, closed, severa):
    severa.available_only = ResourceSet([1])
    severa.save()
    assert "1 resource was allowed" in client.get(url_of(closed)).text
    assert answer(client, closed, "reopen_rights", severa, whole=ALL).status_code == 409


def test_a_custom_integration_is_named_only_where_it_is_listed(client, company, catalogue, sign_in):
    custom = IntegrationFactory(custom=True, name_en="Secret Bridge")
    ListingFactory(company=company, integration=custom, allowed=ALL)
    client.post(page_url(company) + "block-traffic/")
    assert "Secret Bridge" in client.get(url_of(company)).text
    other = MembershipFactory(editor=True)
    response = answer(sign_in(other.user), other.company, "ask_reopen", custom, "customer.nv")
    assert response.status_code == 404
    assert "Secret Bridge" not in response.text


def test_another_companys_blocks_are_out_of_sight(closed, sign_in, severa):
    other = MembershipFactory(editor=True)
    theirs = sign_in(other.user)
    assert "There is nothing to review." in theirs.get(url_of(other.company)).text
    assert theirs.get(url_of(closed)).status_code == 404
    assert answer(theirs, closed, "reopen_rights", severa, "customer.nv").status_code == 404
    assert allowed(closed, severa) == NOTHING


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_reader_is_told_what_it_needs(sign_in, closed, reader, severa, name):
    looking = sign_in(reader.user)
    for page in (looking.get(url_of(closed)), answer(looking, closed, name, severa, "customer.nv")):
        assert page.status_code == 403
        assert page.context["needs"] == NEEDS[Capability.EDIT_RIGHTS]


@pytest.mark.parametrize("service", [reopening.reopen, reopening.leave])
def test_the_services_check_the_right_themselves(closed, catalogue, severa, reader, service):
    with pytest.raises(PermissionDenied):
        service(enter(reader, reader.user, locked=True), Target(severa.public_id), ResourceSet([0]))


@pytest.mark.parametrize("service", [reopening.reopen, reopening.leave])
def test_the_services_need_the_lock(closed, severa, editor, service):
    with pytest.raises(PermissionDenied):
        service(enter(editor, editor.user), Target(severa.public_id), ResourceSet([0]))
    assert not AuditEvent.objects.filter(verb__in=["rights:reopen", "rights:leave"])


@pytest.mark.parametrize("name", ADDRESSES)
def test_opening_the_address_of_an_answer_leads_to_the_review(client, closed, name):
    assert client.get(url_of(closed, name)).headers["Location"] == url_of(closed)


@pytest.mark.parametrize(
    "after", ["x", "[1]", '["a"]', '["a", 1, 2]', '["\\u0000", 1]', '[1, "a"]']
)
def test_a_page_that_there_is_not_is_refused(client, closed, after):
    assert client.get(url_of(closed), {"after": after}).status_code == 422


def test_leaving_blocked_stands_in_no_undos_way(client, closed, severa):
    client.post(set_url(closed, severa), {"allow": "employee.nv"})
    event = AuditEvent.objects.latest("pk").pk
    answer(client, closed, "leave_blocked", severa, "customer.nv")
    left = AuditEvent.objects.latest("pk").pk
    undo = page_url(closed, severa) + "undo/"
    assert client.post(undo, {"event": left}).status_code == 404
    assert client.post(undo, {"event": event}).status_code == 302
    assert allowed(closed, severa) == NOTHING


def test_the_way_to_it_is_shown_to_editors_with_how_many_wait(
    client, closed, severa, sign_in, reader
):
    assert "4 blocked resources wait for review." in client.get(page_url(closed)).text
    assert url_of(closed) not in sign_in(reader.user).get(page_url(closed)).text
    answer(client, closed, "reopen_rights", severa, whole=ALL)
    assert "1 blocked resource waits for review." in client.get(page_url(closed)).text
    answer(client, closed, "leave_blocked", None, "employee.nv")
    assert url_of(closed) not in client.get(page_url(closed)).text


def test_what_is_put_back_after_reopening_waits_again(client, closed, severa):
    answer(client, closed, "reopen_rights", severa, "customer.nv", "customerlist.nv")
    event = AuditEvent.objects.latest("pk").pk
    answer(client, closed, "leave_blocked", severa, "salesinvoice.nv")
    client.post(page_url(closed, severa) + "undo/", {"event": event})
    assert allowed(closed, severa) == NOTHING
    text = client.get(url_of(closed)).text
    assert "2 resources were allowed" in text
    assert "by Edith Editor." in text
    answer(client, closed, "reopen_rights", severa, "customer.nv")
    assert allowed(closed, severa) == ResourceSet([0])


VERBS = ["allow", "block", "undo", "close", "reopen", "leave"]
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sets(st.integers(0, 5)).map(ResourceSet)), max_size=12
)


def waits(access, catalogue, integration):
    board = resources.board(access, catalogue)
    found = [one for one in reviews(access, board) if one.standing.integration == integration]
    return found[0].items if found else NOTHING


def act(access, catalogue, integration, verb, which):
    """Do one thing to the rights of an integration, by the services that pages call."""
    target = Target(integration.public_id)
    common = {"access": access}
    if verb in ("allow", "block"):
        wish = Wish(allow=verb == "allow", scope=Scope.RESOURCES, resources=which)
        services.set_rights(**common, target=target, wanted=lambda _: wish)
    elif verb == "close":
        services.block_traffic(**common)
    elif verb == "undo":
        event = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
        services.put_back(access, target, event)
    else:
        picked = which & waits(access, catalogue, integration)
        service = reopening.reopen if verb == "reopen" else reopening.leave
        service(access, target, picked)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=steps)
def test_reopening_all_restores_exactly_what_a_block_took(access, catalogue, severa, steps):
    company = access.company
    for verb, which in steps:
        try:
            act(access, catalogue, severa, verb, which)
        except (Refused, AuditEvent.DoesNotExist):
            continue
    Listing.objects.get_or_create(company=company, integration=severa)
    waited, before = waits(access, catalogue, severa), allowed(company, severa)
    services.block_traffic(access=access)
    taken = waits(access, catalogue, severa) - waited
    assert taken == before
    if taken:
        reopening.reopen(access, Target(severa.public_id), taken)
    assert allowed(company, severa) == before
    assert waits(access, catalogue, severa) == waited
