"""Of a client company whose interface rights a person may not see, none are told."""

import pytest

from apps.clients.reads import Clients
from apps.companies.models import Membership
from apps.companies.rules import Function, Level, Package
from tests.factories import IntegrationFactory, ListingFactory, set_of
from tests.files import rows_of

pytestmark = pytest.mark.django_db
LIST, FILE = "/office/", "/office/csv/"
RIGHTS = Function.INTERFACE_RESOURCES


@pytest.fixture
def unseen(serve, person, catalogue):
    """A client company, full of rights that the person may not see."""
    company = serve(name="Unseen", package=Package.BASIC)
    some = set_of(catalogue, ["customer.nv"])
    bridge = IntegrationFactory(name_en="Secret Bridge", custom=True)
    closed = IntegrationFactory(name_en="Secret Closed", custom=True)
    for integration, allowed in ((bridge, some), (None, some), (closed, some - some)):
        ListingFactory(company=company, integration=integration, allowed=allowed)
    mine = Membership.objects.get(user=person, company=company)
    mine.levels = {Function.VOUCHERS: Level.EDIT, RIGHTS: Level.NONE}
    mine.save()
    return company


def rows(served, **sent):
    return list(rows_of(served.get(FILE, sent)))[1:]


def test_its_row_stays_and_tells_nothing(served, unseen):
    [row] = rows(served)
    assert row[0] == "Unseen"
    assert row[4:7] == ["–", "–", ""]
    text = served.get(LIST).text
    assert ">Unseen</a>" in text
    assert "Secret" not in text
    assert "none needs attention" in text


@pytest.mark.parametrize(
    "sent",
    [
        *({"attention": need} for need in ("any", "closed", "lacking", "general", "package")),
        *({"traffic": traffic} for traffic in ("open", "closed")),
    ],
)
def test_no_filter_finds_it_by_its_rights(served, serve, unseen, sent):
    assert rows(served, **sent) == []
    twin = serve(name="Seen", package=Package.BASIC)  # so that the same sets are looked for
    for listing in unseen.listings.all():
        ListingFactory(company=twin, integration=listing.integration, allowed=listing.allowed)
    assert {row[0] for row in rows(served, **sent)} <= {"Seen"}


@pytest.mark.parametrize("how", ["", "not", "lacking"])
def test_nor_by_an_integration_that_is_listed_elsewhere(served, serve, unseen, how):
    known = IntegrationFactory(name_en="Known")
    ListingFactory(company=unseen, integration=known)
    ListingFactory(company=serve(name="Seen"), integration=known)
    serve(name="Empty")
    found = [row[0] for row in rows(served, uses=known.public_id, how=how)]
    expected = {"": ["Seen"], "not": ["Empty"], "lacking": ["Empty", "Seen"]}
    assert found == expected[how]


def test_its_custom_integrations_cannot_be_asked_for(served, unseen, office_access):
    assert Clients(office_access).integrations == []
    [bridge, _general, _closed] = unseen.listings.order_by("pk")
    assert served.get(LIST, {"uses": bridge.integration.public_id}).status_code == 422


@pytest.mark.parametrize("level", [Level.VIEW, Level.EDIT])
def test_view_is_enough(served, unseen, person, level):
    mine = Membership.objects.get(user=person, company=unseen)
    mine.levels = {RIGHTS: level}
    mine.save()
    [row] = rows(served, traffic="open")
    assert row[4:6] == ["Open", "2"]
    assert "Secret Closed is blocked" in row[6]


def test_it_is_sorted_as_if_nothing_were_listed(served, serve, unseen):
    ListingFactory(company=serve(name="Zoo"))
    assert [row[0] for row in rows(served, sort="integrations")] == ["Zoo", "Unseen"]
