"""Which client companies a filter finds."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.clients.forms import ClientFilter
from apps.clients.reads import Clients
from apps.companies.models import Company, FormerMember
from apps.companies.rules import Package
from apps.identifiers.models import IdentifierStop
from tests.factories import (
    ApiIdentifierFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)

pytestmark = pytest.mark.django_db


def found_twice(clients, asked):
    """Return the names that a file has in it; the page counts and shows the same ones."""
    found = clients.found(asked)
    assert list(clients.census(asked).found) == [company.pk for company in found]
    return [company.name for company in found]


@pytest.fixture
def names(office_access):
    """Return a function that gives the names of the companies that a query string finds."""

    def names_of(**data):
        form = ClientFilter(data)
        assert form.is_valid(), form.errors
        return found_twice(Clients(office_access), form.cleaned_data)

    return names_of


def test_only_companies_that_the_person_serves_are_found(serve, names):
    serve(name="Ours")
    MembershipFactory(company__name="Of another office", roles=["TPK"])
    assert names() == ["Ours"]


@pytest.mark.parametrize("text", ["ähtäri", "AHTARI", "2000"])
def test_a_name_or_business_id_in_part(serve, names, text):
    serve(name="Ähtäri Bakery", business_id="2000085-0")
    serve(name="Other", business_id="3000001-5")
    assert names(q=text) == ["Ähtäri Bakery"]


def test_a_package(serve, names):
    for package in Package:
        serve(name=package, package=package)
    assert [names(package=package) for package in Package] == [[package] for package in Package]


def test_what_is_in_force_decides_whether_traffic_is_open(serve, names, catalogue):
    live, retired = set_of(catalogue, ["customer.nv"]), set_of(catalogue, ["old.nv"])
    limited = IntegrationFactory(available_only=set_of(catalogue, ["employee.nv"]))
    serve(name="Nothing listed")
    ListingFactory(company=serve(name="Own"), allowed=live)
    ListingFactory(company=serve(name="General"), integration=None, allowed=live)
    ListingFactory(company=serve(name="Retired"), allowed=retired)
    ListingFactory(company=serve(name="Unavailable"), integration=limited, allowed=live)
    assert names(traffic="open") == ["General", "Own"]
    assert names(traffic="closed") == ["Nothing listed", "Retired", "Unavailable"]


def test_what_rights_need(serve, names, catalogue, severa):
    live, needed = set_of(catalogue, ["customer.nv"]), severa.needed
    store = IntegrationFactory(name_en="Store", built_in=True)
    ListingFactory(company=serve(name="Closed"), integration=severa)
    ListingFactory(company=serve(name="Lacking"), integration=severa, allowed=live)
    ListingFactory(company=serve(name="Fine"), integration=severa, allowed=needed)
    ListingFactory(company=serve(name="General"), integration=None, allowed=live)
    basic = {"package": Package.BASIC}
    serve(name="Basic", **basic)
    ListingFactory(company=serve(name="Basic idle", **basic), integration=severa, allowed=needed)
    ListingFactory(company=serve(name="Basic store", **basic), integration=store, allowed=live)
    wants = ("closed", "lacking", "general", "package")
    expected = [["Closed"], ["Lacking"], ["General"], ["Basic idle"]]
    assert [names(attention=want) for want in wants] == expected
    assert names(attention="any") == ["Basic idle", "Closed", "General", "Lacking"]


NOW = timezone.now()
SOON, LATER, PAST = NOW + timedelta(days=6), NOW + timedelta(days=60), NOW - timedelta(days=1)


@pytest.mark.parametrize(("own", "membership"), list(product((None, SOON, LATER, PAST), repeat=2)))
def test_what_ends_within_30_days(serve, names, own, membership):
    company = serve(name="Client")
    member = MembershipFactory(company=company, valid_until=membership)
    ApiIdentifierFactory(owner=member.user, valid_until=own)
    works, ends = PAST not in (own, membership), SOON in (own, membership)
    assert bool(names(attention="ending")) is (works and ends)


def test_excel_identifiers_end_unremarked(serve, names):
    member = MembershipFactory(company=serve())
    ApiIdentifierFactory(owner=member.user, valid_until=SOON, purpose="excel")
    assert names(attention="ending") == []
    ApiIdentifierFactory(owner=member.user, valid_until=LATER)
    assert names(attention="ending") == []
    ApiIdentifierFactory(owner=member.user, valid_until=SOON)
    assert len(names(attention="ending")) == 1


def test_each_identifier_is_judged_by_itself(serve, names):
    company, other = serve(), serve()
    gone = MembershipFactory(company=company, ended=True)
    ApiIdentifierFactory(owner=gone.user, made_in=company, paused_at=PAST)
    ApiIdentifierFactory(owner=gone.user, made_in=other)
    assert names(attention="owner") == []


OWNERS = {
    "works": ({}, True, False),
    "not_yet": ({"valid_from": SOON}, True, False),
    "ended": ({"valid_until": PAST}, True, True),
    "no_function": ({"levels": {}}, True, True),
    "all_none": ({"levels": {"vouchers": "none"}}, True, True),
    "closed": ({"user__is_active": False}, True, True),
    "removed": ({}, False, True),
}


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize(("made_here", "listed"), list(product((True, False), repeat=2)))
def test_identifiers_without_a_working_owner(serve, names, owner, made_here, listed):
    facts, member, missed = OWNERS[owner]
    company, integration = serve(), IntegrationFactory()
    person = MembershipFactory(company=company, **facts)
    if not member:
        FormerMember.objects.create(company=company, user=person.user)
        person.delete()
    if listed:
        ListingFactory(company=company, integration=integration)
    where = {"made_in": company} if made_here else {}
    ApiIdentifierFactory(owner=person.user, integration=integration, **where)
    assert bool(names(attention="owner")) is (missed and (made_here or listed))


@pytest.mark.parametrize("what", ["deactivated_at", "paused_at", "valid_until"])
def test_what_does_not_work_by_itself_misses_no_owner(serve, names, what):
    company = serve()
    gone = MembershipFactory(company=company, ended=True)
    ApiIdentifierFactory(owner=gone.user, made_in=company, **{what: PAST})
    assert names(attention="owner") == []


def test_a_replacement_or_a_stop_here_acknowledges_it(serve, names):
    company, other = serve(name="One"), serve(name="Two")
    gone = MembershipFactory(company=company, ended=True)
    stopped = ApiIdentifierFactory(owner=gone.user, made_in=company)
    ApiIdentifierFactory(owner=gone.user, made_in=company, replaced_by=stopped)
    elsewhere = IdentifierStop.objects.create(company=other, identifier=stopped)
    assert names(attention="owner") == ["One"]
    elsewhere.delete()
    IdentifierStop.objects.create(company=company, identifier=stopped)
    assert names(attention="owner") == []


def test_sorting(serve, names, severa):
    b, a = serve(name="B", package=Package.CORE), serve(name="A", package=Package.BASIC)
    serve(name="C", package=Package.PAYROLL)
    ListingFactory(company=b, integration=severa)
    ListingFactory(company=a, integration=None)
    AuditEvent.objects.create(company_id=a.pk, verb="rights:allow", at=PAST)
    AuditEvent.objects.create(company_id=b.pk, verb="rights:allow", at=NOW)
    assert names() == ["A", "B", "C"]
    assert names(sort="package") == ["A", "B", "C"]
    assert names(sort="integrations") == ["B", "A", "C"]
    assert names(sort="changed") == ["B", "A", "C"]


def test_a_field_that_is_missing_asks_for_nothing(serve, office_access):
    serve()
    assert Clients(office_access).found({}).count() == 1


def test_more_than_needed_finds_the_companies_with_that_sign(served, serve, catalogue):
    needed = set_of(catalogue, ["customer.nv"])
    sources = ["documented", "derived"]
    documented, derived = (IntegrationFactory(needed=needed, needs_source=one) for one in sources)
    limited = IntegrationFactory(needed=needed, available_only=needed, needs_source="documented")
    kinds = [(documented, catalogue.live), (documented, needed), (derived, catalogue.live)]
    for integration, allowed in [*kinds, (limited, catalogue.live)] * 10:
        ListingFactory(company=serve(), integration=integration, allowed=allowed)
    signs = 0
    for company in Company.objects.all():
        text = served.get(f"/companies/{company.business_id}/interface-resources/").text
        signs += text.count('aria-label="Allowed more than it needs"')
    found = served.get("/office/", {"attention": "beyond"}).text
    assert signs == 10
    assert "10 companies" in found
