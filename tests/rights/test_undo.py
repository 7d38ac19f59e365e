"""Undo restores exactly, or says that the rights moved on and changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core.refusals import Refused
from apps.resources.models import Integration, Listing
from apps.resources.rules import NOTHING, ResourceSet, Target
from apps.rights import services
from apps.rights.rules import Scope, Wish
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory, set_of
from tests.rights.addresses import HTMX, page_url, set_url


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


def undo_url(company, integration=None):
    return page_url(company, integration) + "undo/"


def last_event():
    return AuditEvent.objects.latest("pk").pk


def undo_last(client, company, integration=None, **kwargs):
    return client.post(undo_url(company, integration), {"event": last_event()}, **kwargs)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_section_is_undone_to_exactly_what_it_was(client, company, severa, catalogue, headers):
    before = set_of(catalogue, ["customer.nv", "employee.nv"])
    listing = ListingFactory(company=company, integration=severa, allowed=before)
    client.post(set_url(company, severa), {"block": "section:sales"})
    response = undo_last(client, company, severa, headers=headers, follow=not headers)
    listing.refresh_from_db()
    assert listing.allowed == before
    assert "Undone: Import customer details is allowed again for Severa." in response.text


@pytest.mark.parametrize("what", ["all", "needed", "section:salaries", "customer.nv"])
def test_every_kind_of_allowing_is_undone(client, company, severa, catalogue, what):
    client.post(set_url(company, severa), {"allow": what})
    undo_last(client, company, severa)
    assert Listing.objects.get(company=company).allowed == NOTHING


def test_undo_never_unlists(client, company, severa):
    client.post(set_url(company, severa), {"allow": "all"})
    undo_last(client, company, severa)
    assert Listing.objects.filter(company=company, integration=severa).exists()


def test_undo_says_that_what_it_had_added_stays_in_the_list(client, company, severa):
    client.post(set_url(company), {"allow": "customer.nv"})
    client.post(set_url(company, severa), {"allow": "all"})
    stays = "Severa stays in the list, so the general access rights no longer apply to it."
    assert stays in undo_last(client, company, severa, follow=True).content.decode()
    client.post(set_url(company, severa), {"allow": "all"})
    assert stays not in undo_last(client, company, severa, follow=True).content.decode()


def test_keeping_general_rights_is_undone(client, company, severa):
    client.post(set_url(company), {"allow": "section:salaries"})
    client.post(set_url(company, severa), {"allow": "general"})
    undo_last(client, company, severa)
    assert Listing.objects.get(integration=severa).allowed == NOTHING


def test_the_general_rights_are_undone(client, company, catalogue):
    client.post(set_url(company), {"allow": "section:sales"})
    undo_last(client, company)
    assert Listing.objects.get(company=company, integration=None).allowed == NOTHING


def test_undo_is_an_ordinary_change_with_its_event(client, company, severa):
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    undo_last(client, company, severa)
    event = AuditEvent.objects.latest("pk")
    assert event.verb == "rights:undo"
    assert ResourceSet.from_bytes(bytes(event.removed)) == ResourceSet([0])


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_undo_is_refused_when_the_rights_moved_on(client, company, severa, catalogue, headers):
    client.post(set_url(company, severa), {"allow": "section:sales"})
    mine = last_event()
    client.post(set_url(company, severa), {"allow": "employee.nv"})
    response = client.post(undo_url(company, severa), {"event": mine}, headers=headers)
    assert response.status_code == 409
    assert "the rights have been changed since" in response.text
    assert len(Listing.objects.get(company=company).allowed) == 4


def test_undo_is_refused_when_it_was_done_already(client, company, severa):
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    mine = last_event()
    client.post(undo_url(company, severa), {"event": mine})
    assert client.post(undo_url(company, severa), {"event": mine}).status_code == 409


def test_a_change_of_another_integration_does_not_matter(client, company, severa):
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    mine = last_event()
    client.post(set_url(company, IntegrationFactory()), {"allow": "all"})
    client.post(undo_url(company, severa), {"event": mine})
    assert Listing.objects.get(integration=severa).allowed == NOTHING


def test_what_cannot_be_allowed_any_more_is_not_brought_back(client, company, severa):
    client.post(set_url(company, severa), {"allow": "customer.nv"})
    client.post(set_url(company, severa), {"block": "customer.nv"})
    severa.available_only = ResourceSet([1])
    severa.save()
    assert undo_last(client, company, severa).status_code == 409
    assert Listing.objects.get(company=company).allowed == NOTHING


def test_a_block_of_all_traffic_is_not_undone(client, company, severa):
    client.post(set_url(company, severa), {"allow": "all"})
    client.post(page_url(company) + "block-traffic/")
    assert undo_last(client, company, severa).status_code == 404
    assert Listing.objects.get(company=company).allowed == NOTHING


def test_another_companys_change_is_out_of_reach(client, company, severa, sign_in):
    theirs = MembershipFactory(editor=True)
    sign_in(theirs.user).post(set_url(theirs.company, severa), {"allow": "all"})
    mine = {"event": last_event()}
    assert client.post(undo_url(company, severa), mine).status_code == 404
    assert client.post(undo_url(theirs.company, severa), mine).status_code == 404
    assert Listing.objects.get(company=theirs.company).allowed


@pytest.mark.parametrize("event", ["", "x", "-1", "9" * 30])
def test_nonsense_is_not_found(client, company, severa, event):
    assert client.post(undo_url(company, severa), {"event": event}).status_code == 404


def test_only_a_change_offers_to_undo_it(client, company, severa):
    offered = client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX).text
    again = client.post(set_url(company, severa), {"allow": "customer.nv"}, headers=HTMX).text
    assert ">Undo<" in offered
    assert ">Undo<" not in again


positions = st.sets(st.integers(0, 5), min_size=1).map(ResourceSet)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 1), st.booleans(), positions),
        st.tuples(st.just("undo"), st.integers(0, 1), st.integers(0, 20)),
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=40)
def test_any_sequence_of_changes_and_undos(access, catalogue, severa, moves):
    """A model of plain frozensets predicts every state, and which undos are refused."""
    other = Integration.objects.filter(name_en="Other").first() or IntegrationFactory(
        name_en="Other"
    )
    both = [severa, other]
    Listing.objects.filter(company=access.company).update(allowed=NOTHING)
    model = [frozenset(), frozenset()]
    done: list[list[tuple[int, frozenset, frozenset]]] = [[], []]
    usable = frozenset(catalogue.live)
    for kind, which, *rest in moves:
        call = {"access": access, "target": Target(both[which].public_id)}
        before = model[which]
        if kind == "set":
            allow, wanted = rest
            wish = Wish(allow=allow, scope=Scope.RESOURCES, resources=wanted)
            try:
                change = services.set_rights(**call, wanted=lambda _, wish=wish: wish)
            except Refused:
                assert not frozenset(wanted) & usable
                continue
            after = before | frozenset(wanted) & usable if allow else before - frozenset(wanted)
        else:
            if not done[which]:
                continue
            event, former, _after = done[which][rest[0] % len(done[which])]
            if event != done[which][-1][0]:
                with pytest.raises(Refused):
                    services.put_back(**call, event_id=event)
                assert frozenset(Listing.objects.get(integration=both[which]).allowed) == before
                continue
            change = services.put_back(**call, event_id=event)
            after = former
        model[which] = after
        if change.event_id:
            done[which].append((change.event_id, before, after))
        assert frozenset(Listing.objects.get(integration=both[which]).allowed) == after
