"""What needs attention in a company, on its home."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.rules import Package
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory, set_of

pytestmark = pytest.mark.django_db
NOTHING = "Nothing needs attention here."


@pytest.fixture
def home(company):
    return f"/companies/{company.business_id}/"


@pytest.fixture
def kh(sign_in, editor):
    return sign_in(editor.user)


def lines(text):
    """Return what the list says, each with its way."""
    todo = text.partition('class="plain-list todo"')[2].partition("</ul>")[0]
    return re.findall(r'</svg>\s*<span>([^<]*)</span>(?:<a class="push" href="([^"]*)")?', todo)


def test_rights_are_said_with_the_way_to_each(kh, home, company, catalogue, severa):
    assert NOTHING in kh.get(home).text
    company.package = Package.CORE
    company.save()
    some = set_of(catalogue, ["customer.nv"])
    ListingFactory(company=company, integration=severa, allowed=some)
    blocked = ListingFactory(company=company, integration__name_en="Luovu").integration
    ListingFactory(company=company, integration=None, allowed=some)
    rights = f"{home}interface-resources/"
    assert lines(kh.get(home).text) == [
        ("Luovu is in the list, and everything is blocked", f"{rights}{blocked.public_id}/"),
        ("Severa lacks 1 of the 2 resources it needs", f"{rights}{severa.public_id}/"),
        ("General rights in use", rights),
        ("The package Core does not include API traffic", rights),
    ]


@pytest.mark.parametrize("package", Package)
def test_a_package_without_api_traffic_is_said_before_anything_is_allowed(
    kh, home, company, catalogue, package
):
    company.package = package
    company.save()
    page, lacks = kh.get(home).text, package in (Package.CORE, Package.BASIC)
    assert ("The interface service is not included in this package." in page) is lacks
    assert ("Netvisor's own article (in English)" in unescape(page)) is lacks
    ListingFactory(company=company, integration=None, allowed=set_of(catalogue, ["customer.nv"]))
    assert "The interface service is not included" not in kh.get(home).text


def test_closed_traffic_is_one_line_that_leads_to_the_review_if_anything_waits(
    kh, home, company, catalogue, severa
):
    rights = f"{home}interface-resources/"
    for integration in (severa, None):
        ListingFactory(company=company, integration=integration)
    other = ListingFactory(company=company)
    assert lines(kh.get(home).text) == [("API traffic is closed.", rights)]
    for listing in (None, other.integration):
        place = f"{listing.public_id}/" if listing else ""
        kh.post(f"{rights}{place}set/", {"allow": "customer.nv"})
    kh.post(f"{rights}block-traffic/")
    said = "API traffic is closed. 2 blocked resources wait for review."
    assert lines(kh.get(home).text) == [(said, f"{rights}reopen/")]


def test_what_is_left_blocked_on_purpose_needs_no_attention(kh, home, company, severa):
    rights = f"{home}interface-resources/"
    kh.post(f"{rights}{severa.public_id}/set/", {"allow": "customer.nv"})
    kh.post(f"{rights}block-traffic/")
    sent = {"integration": severa.public_id, "resource": "customer.nv"}
    kh.post(f"{rights}reopen/leave/", sent)
    text = kh.get(home).text
    assert lines(text) == []
    assert "All resources are blocked, on purpose" in text
    kh.post(f"{rights}{severa.public_id}/set/", {"allow": "customer.nv"})
    kh.post(f"{rights}{severa.public_id}/set/", {"block": "customer.nv"})
    assert lines(kh.get(home).text) == [("API traffic is closed.", rights)]


def test_what_is_listed_as_blocked_is_so_on_purpose(kh, home, company, severa, catalogue):
    ListingFactory(company=company, allowed=set_of(catalogue, ["customer.nv"]))
    kh.post(f"{home}interface-resources/{severa.public_id}/set/", {"block": "all"})
    text = kh.get(home).text
    assert lines(text) == []
    assert "All resources are blocked, on purpose" in text


def test_a_trial_that_is_undone_needs_no_attention(kh, home, company, severa):
    rights = f"{home}interface-resources/{severa.public_id}/"
    kh.post(f"{rights}set/", {"allow": "customer.nv"})
    kh.post(f"{rights}undo/", {"event": AuditEvent.objects.latest("pk").pk})
    assert lines(kh.get(home).text) == []
    kh.post(f"{rights}set/", {"allow": "customer.nv"})
    assert "on purpose" not in kh.get(home).text


def test_what_lacks_all_it_needs_says_so(kh, home, company, severa, catalogue):
    ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, ["employee.nv"]))
    assert lines(kh.get(home).text)[0][0] == "Severa lacks all 2 resources it needs"


def test_identifiers_and_members(kh, home, company):
    soon = timezone.now() + timedelta(days=6)
    leaving = MembershipFactory(company=company, user__name="Lena", valid_until=soon)
    for end in (None, soon - timedelta(days=2), soon + timedelta(days=9)):
        ApiIdentifierFactory(owner=leaving.user, valid_until=end)
    gone = MembershipFactory(company=company, ended=True)
    ApiIdentifierFactory(owner=gone.user, made_in=company)
    said = [line for line, _way in lines(kh.get(home).text)]
    assert said[0] == "1 API identifier whose owner has no valid rights"
    assert len(said) == 3
    assert "Lena: Expires in 4 days" in said[1]
    assert said[2].startswith("Lena&#x27;s access ends on")
    assert said[2].endswith("3 API identifiers will stop working then")


def test_each_person_sees_what_they_may(sign_in, home, company, severa):
    ListingFactory(company=company, integration=severa)
    gone = MembershipFactory(company=company, ended=True)
    ApiIdentifierFactory(owner=gone.user, made_in=company)
    soon = timezone.now() + timedelta(days=6)
    other = MembershipFactory(company=company, valid_until=soon, levels={"vouchers": "edit"})
    ApiIdentifierFactory(owner=other.user)
    reader = sign_in(MembershipFactory(company=company).user)
    auditor = sign_in(MembershipFactory(company=company, roles=["TT"]).user)
    closed = "API traffic is closed."
    [one] = lines(sign_in(other.user).get(home).text)
    assert "Expires in 6 days" in one[0]
    assert lines(reader.get(home).text) == [(closed, f"{home}interface-resources/")]
    first, second = (said for said, _way in lines(auditor.get(home).text))
    assert (first, "access ends on" in second) == (closed, True)


def test_what_is_open_in_vain_is_not_called_open(kh, home, company, catalogue, severa):
    allowed = {"allowed": set_of(catalogue, ["customer.nv"])}
    ListingFactory(company=company, integration=severa, **allowed)
    assert "API traffic is open: 1 integration" in kh.get(home).text
    company.package = Package.BASIC
    company.save()
    vain = "Resources are allowed for 1 integration, but the package Basic does not include API traffic."
    assert vain in kh.get(home).text
    ListingFactory(company=company, integration__built_in=True, **allowed)
    assert "API traffic is open: 2 integrations" in kh.get(home).text


def test_the_general_rights_alone_are_open_in_vain_too(kh, home, company, catalogue):
    company.package = Package.BASIC
    company.save()
    allowed = set_of(catalogue, ["customer.nv"])
    ListingFactory(company=company, integration=None, allowed=allowed)
    assert (
        "Resources are allowed, but the package Basic does not include API traffic."
        in kh.get(home).text
    )


def test_whoever_may_not_see_rights_is_told_who_can_grant_it(sign_in, home, company, editor):
    member = MembershipFactory(company=company, levels={"vouchers": "edit"})
    text = sign_in(member.user).get(home).text
    assert f"{editor.user.name}</a> (KH)" in text
    assert re.search(r"Ask:\s+<a", text)


def test_statements_are_flat(kh, home, company, django_assert_max_num_queries):
    for _ in range(20):
        soon = timezone.now() + timedelta(days=6)
        member = MembershipFactory(company=company, valid_until=soon)
        ApiIdentifierFactory(owner=member.user, valid_until=soon)
        ListingFactory(company=company)
    kh.get(home)
    with django_assert_max_num_queries(8):
        # session, user, membership, version, listings, members, identifiers, last changes
        kh.get(home)


def steps(text):
    """Return the steps of the first run, each with whether it is done and where it leads."""
    found = text.partition('class="steps"')[2].partition("</ol>")[0].split("<li>")[1:]
    return [("Done" in one, *re.findall('<a class="push" href="([^"]*)"', one)) for one in found]


def test_a_company_where_nothing_is_set_up_shows_three_steps_with_ticks(
    kh, home, company, editor, severa, catalogue
):
    identifiers, rights = f"{home}api-identifiers/", f"{home}interface-resources/"
    text = kh.get(home).text
    assert steps(text) == [(False,), (False, identifiers), (False, rights)]
    assert lines(text) == []
    one = ApiIdentifierFactory(owner=editor.user, made_in=company)
    assert steps(kh.get(home).text) == [(False,), (True, identifiers), (False, rights)]
    allowed = set_of(catalogue, ["customer.nv", "customerlist.nv"])
    listing = ListingFactory(company=company, integration=severa, allowed=allowed)
    assert steps(kh.get(home).text) == []
    one.delete()
    assert [is_done for is_done, *_way in steps(kh.get(home).text)] == [False, False, True]
    listing.allowed = set_of(catalogue, [])
    listing.save()
    assert steps(kh.get(home).text) == []


def test_what_the_general_rights_open_is_said_on_home_and_at_the_review(
    kh, home, company, catalogue, severa
):
    some = set_of(catalogue, ["customer.nv"])
    ListingFactory(company=company, integration=severa, allowed=some)
    ListingFactory(company=company, integration=None, allowed=some)
    said = '1 integration, and <span class="warn">general rights: 1 resource</span>'
    for page in (home, f"{home}interface-resources/reopen/"):
        assert f"API traffic is open: {said}" in kh.get(page).text, page


def test_home_leads_straight_to_rights_and_identifiers(kh, sign_in, home, company):
    ways = [f'href="{home}interface-resources/"', f'href="{home}api-identifiers/"']
    text = kh.get(home).text.partition("<main")[2]
    assert [way in text for way in ways] == [True, True]
    member = MembershipFactory(company=company, levels={"vouchers": "edit"})
    text = sign_in(member.user).get(home).text.partition("<main")[2]
    assert [way in text for way in ways] == [False, True]
    assert text.index(ways[1]) < text.index("You cannot see the rights")
    assert NOTHING not in text  # who cannot see is not told that all is well
