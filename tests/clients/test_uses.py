"""Which client companies have an integration listed, do not, or lack something for it."""

import pytest

from apps.clients.forms import ClientFilter
from apps.clients.reads import Clients
from apps.resources.models import Integration
from tests.clients.test_filter import found_twice
from tests.factories import IntegrationFactory, ListingFactory, set_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(office_access):
    """Return a function that gives the names of the companies that a query string finds."""

    def names_of(**data):
        form = ClientFilter(data, integrations=Clients(office_access).integrations)
        assert form.is_valid(), form.errors
        return found_twice(Clients(office_access), form.cleaned_data)

    return names_of


@pytest.fixture
def three_states(serve, names, catalogue):
    """Return a function that gives what is found for an integration: listed, not, lacking."""

    def states(integration):
        for codes in ([], ["customer.nv"], ["customer.nv", "customerlist.nv"]):
            company = serve(name=f"Has {len(codes)}")
            allowed = set_of(catalogue, codes)
            ListingFactory(company=company, integration=integration, allowed=allowed)
        serve(name="Unlisted")
        ListingFactory(company=serve(name="Other"))
        return [names(uses=integration.public_id, how=how) for how in ("", "not", "lacking")]

    return states


def test_what_is_needed_decides_whether_something_lacks(three_states, severa):
    assert three_states(severa) == [
        ["Has 0", "Has 1", "Has 2"],
        ["Other", "Unlisted"],
        ["Has 0", "Has 1", "Other", "Unlisted"],
    ]


def test_one_that_needs_nothing_in_particular_lacks_something_while_nothing_is_allowed(
    three_states,
):
    _listed, _not, lacking = three_states(IntegrationFactory())
    assert lacking == ["Has 0", "Other", "Unlisted"]


def test_a_finished_one_that_nobody_lists_can_be_asked_for(serve, names):
    fresh = IntegrationFactory()
    serve(name="Ours")
    wanted = {"uses": fresh.public_id}
    assert [names(**wanted, how=how) for how in ("", "not")] == [[], ["Ours"]]


def test_which_can_be_asked_for(serve, office_access):
    finished, retired = IntegrationFactory(), IntegrationFactory(retired=True)
    listed, listed_retired = IntegrationFactory(custom=True), IntegrationFactory(retired=True)
    IntegrationFactory(custom=True)
    for integration in (listed, listed_retired):
        ListingFactory(company=serve(), integration=integration)
    ListingFactory(integration=IntegrationFactory(custom=True))
    offered = set(Clients(office_access).integrations)
    assert offered == {finished, listed, listed_retired}
    assert retired in Integration.objects.all()


def test_a_state_of_no_integration_asks_for_nothing_and_is_not_shown_as_asked(served, serve):
    serve(name="Ours")
    page = served.get("/office/", {"how": "not"}).text
    assert "Ours" in page
    assert "Show all" not in page
