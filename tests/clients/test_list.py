"""The page of client companies, and the same as a file."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.clients.texts import SORTS
from apps.companies.rules import Package
from apps.core.lists import written
from apps.resources.models import Integration
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)
from tests.files import rows_of
from tests.world import SERVING

pytestmark = pytest.mark.django_db
LIST, FILE = "/office/", "/office/csv/"


def shown(text):
    """Return the names of the companies on a page, in order."""
    return re.findall(r'<td role="cell"><a href="/companies/[^"]*">([^<]*)</a>', text)


def key_of(company):
    """Return the key that the page after a company starts behind."""
    return written([company.name_sorted, company.business_id])


def marks(text):
    """Return the marks of all rows."""
    return re.findall(r"</svg>\s*<span>([^<]*)</span></li>", text)


def test_companies_of_others_appear_in_no_row_count_or_file(served, serve, person):
    serve(name="Ours")
    MembershipFactory(company__name="Foreign", **SERVING)
    MembershipFactory(user=person, company__name="Only KH", editor=True)
    MembershipFactory(user=person, company__name="Of no office", company__office=None, **SERVING)
    MembershipFactory(user=person, company__name="Ended", ended=True, **SERVING)
    text = served.get(LIST).text
    assert shown(text) == ["Ours"]
    assert "Test Office: 1 company, none needs attention" in text
    rows = list(rows_of(served.get(FILE)))
    assert [row[0] for row in rows] == ["Company", "Ours"]


def test_each_need_has_its_mark(served, serve, catalogue, severa):
    company = serve(package=Package.BASIC)
    zevoy = IntegrationFactory(name_en="Zevoy", needed=severa.needed)
    some = set_of(catalogue, ["customer.nv"])
    ListingFactory(company=company, integration=severa)
    ListingFactory(company=company, integration=zevoy, allowed=some)
    ListingFactory(company=company, integration=None, allowed=some)
    gone = MembershipFactory(company=company, ended=True)
    ApiIdentifierFactory(owner=gone.user, made_in=company)
    soon = timezone.now() + timedelta(days=6)
    for end in (soon, soon + timedelta(days=9)):
        owner = MembershipFactory(company=company).user
        ApiIdentifierFactory(owner=owner, valid_until=end)
    assert marks(served.get(LIST).text) == [
        "Severa is blocked",
        "Zevoy lacks 1 needed resource",
        "General rights in use",
        "The package Basic does not include API traffic",
        "1 API identifier whose owner has no valid rights",
        "2 API identifiers expire, the first in 6 days",
    ]


def test_several_of_a_kind_are_counted(served, serve, catalogue):
    company, needed = serve(), set_of(catalogue, ["customer.nv", "employee.nv"])
    for allowed in ([], [], ["customer.nv"], ["employee.nv"]):
        integration = IntegrationFactory(needed=needed)
        ListingFactory(company=company, integration=integration, allowed=set_of(catalogue, allowed))
    expected = ["2 integrations are blocked", "2 integrations lack needed resources"]
    assert marks(served.get(LIST).text) == expected


def test_every_filter_is_kept_in_links_and_the_number_is_announced(served, serve):
    for n in range(60):
        serve(name=f"Bakery {n:02}", package=Package.CORE)
    serve(name="Other", package=Package.CORE)
    text = served.get(LIST, {"q": "bakery", "package": "core", "sort": "changed"}).text
    assert '<p class="result push" id="list-count" role="status">60 companies</p>' in text
    assert "Test Office: 61 companies" in text
    query = "?q=bakery&amp;package=core&amp;sort=changed"
    assert f'href="/office/csv/{query}"' in text
    assert f'href="/office/{query}&amp;after=' in text
    assert 'href="/office/?q=bakery&amp;package=core&amp;sort=package"' in text
    assert text.count("aria-sort") == 1
    assert 'aria-sort="descending"><a href="/office/?q=bakery' in text


@pytest.mark.parametrize("sort", [sort for sort, _ in SORTS])
def test_pages_follow_each_other_without_gap_or_repetition(served, serve, severa, sort):
    for n in range(120):
        company = serve(name=f"Company {n % 7}", package=list(Package)[n % 5])
        if n % 3:
            ListingFactory(company=company, integration=severa)
            AuditEvent.objects.create(company_id=company.pk, verb="rights:allow")
    names, after = [], None
    while after != "":
        page = served.get(LIST, {"sort": sort, "after": after or ""}).context["page"]
        names += [row.business_id for row in page.rows]
        after = page.after
    assert len(names) == len(set(names)) == 120
    rows = list(rows_of(served.get(FILE, {"sort": sort})))
    assert [row[1] for row in rows[1:]] == names


def test_attention_and_open_traffic_come_first(served, serve, catalogue, severa):
    serve(name="Alder")
    ListingFactory(company=serve(name="Birch"), integration=severa, allowed=severa.needed)
    ListingFactory(company=serve(name="Cedar"), integration=severa)
    order = {
        sort: shown(served.get(LIST, {"sort": sort}).text) for sort in ("attention", "traffic")
    }
    assert order["attention"] == ["Cedar", "Alder", "Birch"]
    assert order["traffic"] == ["Birch", "Alder", "Cedar"]


def test_an_unknown_key_starts_at_the_front(served, serve):
    serve(name="Ours")
    assert shown(served.get(LIST, {"after": "9999999-9"}).text) == ["Ours"]


@pytest.mark.parametrize("attention", ["", "any"])
def test_statements_are_flat(
    served, serve, catalogue, severa, attention, django_assert_max_num_queries
):
    first = serve(name="A first one")
    for count in (1, 24):
        for _ in range(count):
            company = serve()
            ListingFactory(company=company, integration=severa)
            member = MembershipFactory(company=company)
            ApiIdentifierFactory(owner=member.user, valid_until=timezone.now() + timedelta(days=3))
        served.get(LIST)
        with django_assert_max_num_queries(8):
            # session, user, offices, version, kinds of listings, counts, rows, their listings
            served.get(LIST, {"attention": attention, "after": key_of(first)})
        with django_assert_max_num_queries(8):
            served.get(FILE, {"attention": attention})


def test_a_catalogue_just_changed_is_read_at_once(served, serve, django_assert_max_num_queries):
    for _ in range(20):
        ListingFactory(company=serve())
    with django_assert_max_num_queries(11):
        # as above, and resources, finished integrations, and those listed
        served.get(FILE)


def test_the_file_has_exactly_what_is_filtered(served, serve, severa):
    serve(name="Fine")
    ListingFactory(company=serve(name="=Blocked", business_id="2000085-0"), integration=severa)
    answer = served.get(FILE, {"attention": "closed"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    [head, row] = rows_of(answer)
    assert len(head) == len(row)
    assert row[:3] == ["'=Blocked", "2000085-0", "Test Office"]
    assert row[3:] == ["Premium", "Closed", "1", "Severa is blocked", "", ""]


HOSTILE = [
    {"q": "a\x00b"},
    {"q": "x" * 10_000},
    {"attention": "nonsense"},
    {"traffic": "\x00"},
    {"package": "x" * 1_000},
    {"sort": "-name"},
    {"uses": "nonsense"},
    {"uses": "\x00" * 9},
    {"how": "nonsense"},
    {"after": "9" * 400},
    {"after": "\x00"},
    {"after": '["\\ud800", "x"]'},
    {"after": '["a", "b"]', "sort": "changed"},
    {"after": '["0001-01-01T00:00:00+23:59", "a", "b"]', "sort": "changed"},
    {"after": '["2026-01-01T00:00:00", "a", "b"]', "sort": "changed"},
    {"after": '[Infinity, "a", "b"]', "sort": "package"},
    {"after": '[%s, "a", "b"]' % ("9" * 40), "sort": "integrations"},
]


@pytest.mark.parametrize("sent", HOSTILE)
@pytest.mark.parametrize("url", [LIST, FILE])
def test_a_hostile_address_is_answered_with_the_list(served, serve, url, sent):
    serve(name="Ours")
    answer = served.get(url, sent)
    assert answer.status_code == 422
    assert "<h1>Client companies</h1>" in answer.text


def test_the_office_is_named_where_there_are_several(served, serve, person):
    serve(name="Ours")
    assert "<small>Test Office</small>" not in served.get(LIST).text
    other = CompanyFactory(name="Theirs", office__name="Second Office")
    MembershipFactory(user=person, company=other, **SERVING)
    text = served.get(LIST).text
    assert "<small>Second Office</small>" in text
    assert "Second Office, Test Office: 2 companies" in text


def test_a_custom_integration_is_named_only_where_it_is_listed(served, serve):
    bridge = IntegrationFactory(name_en="Secret Bridge", custom=True)
    company = serve()
    assert "Secret Bridge" not in served.get(LIST).text
    ListingFactory(company=company, integration=bridge)
    assert "Secret Bridge is blocked" in served.get(LIST).text
    elsewhere = IntegrationFactory(name_en="Elsewhere", custom=True)
    ListingFactory(company=CompanyFactory(), integration=elsewhere)
    assert "Elsewhere" not in served.get(LIST).text
    assert Integration.objects.count() == 2


def test_people_who_serve_are_led_to_the_list(served, serve, sign_in, editor):
    serve()
    assert served.get("/")["Location"] == LIST
    assert sign_in(editor.user).get("/")["Location"] != LIST


def test_the_frame_has_the_office_menu_and_the_way_back(served, serve, sign_in):
    company = serve()
    MembershipFactory(company=company, user__email="kh@test.example", editor=True)
    text = served.get(LIST).text
    assert ">Office menu<" in text
    assert ">Test Office</b>" in text
    assert '<a href="/office/" aria-current="page">Client companies</a>' in text
    home = f"/companies/{company.business_id}/"
    inside = served.get(home).text
    assert ">Company menu<" in inside
    way = '<a href="/office/">Client companies <span class="quiet">Test Office</span></a>'
    assert way in inside
    kh = company.memberships.get(user__email="kh@test.example").user
    assert "/office/" not in sign_in(kh).get(home).text


def test_a_page_of_the_office_is_never_somebody_elses(served, serve, sign_in):
    serve()
    other = MembershipFactory(company__office__name="Other Office", **SERVING)
    for _ in range(2):
        assert "Other Office" not in served.get(LIST).text
        assert "Test Office" not in sign_in(other.user).get(LIST).text


def test_the_way_back_from_a_filter_and_to_what_needs_attention(served, serve, severa):
    ListingFactory(company=serve(), integration=severa)
    whole = served.get(LIST).text
    assert '<a href="/office/?attention=any">1 needs attention</a>' in whole
    assert "Show all" not in whole
    assert served.get(LIST, {"q": "nothing so named"}).text.count(">Show all</a>") == 2


def test_the_order_can_be_picked_without_the_heads(served, serve):
    serve()
    assert '<option value="changed" selected>Last change</option>' in (
        served.get(LIST, {"sort": "changed"}).text
    )


def test_the_next_page_begins_after_a_company_that_left_the_filter(served, serve, severa):
    first, second, third = (serve(name=name) for name in "ABC")
    for company in (first, third):
        ListingFactory(company=company, integration=severa)
    sent = {"attention": "closed", "after": key_of(second)}
    assert shown(served.get(LIST, sent).text) == ["C"]
