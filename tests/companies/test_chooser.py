"""Choosing a company."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import CompanyFactory, MembershipFactory


@pytest.fixture
def person(db):
    return MembershipFactory(company__name="Ähtäri Bakery").user


@pytest.fixture
def client(sign_in, person):
    return sign_in(person)


def test_only_ones_own_companies_are_listed(client):
    CompanyFactory(name="Foreign Company")
    text = client.get("/companies/").text
    assert "Ähtäri Bakery" in text
    assert "Foreign Company" not in text


@pytest.mark.parametrize("query", ["ähtäri", "AHTARI", "bakery"])
def test_searching_ignores_case_and_accents(client, query):
    assert "Ähtäri Bakery" in client.get("/companies/", {"q": query}).text


def test_searching_by_business_id(client, person):
    business_id = person.memberships.get().company.business_id
    assert "Ähtäri Bakery" in client.get("/companies/", {"q": business_id[:5]}).text


def test_nothing_found_is_said(client):
    assert "No company found." in client.get("/companies/", {"q": "zzz"}).text


@pytest.mark.parametrize("query", ["x" * 10_000, "a\x00b"])
def test_a_search_that_cannot_be_answered_says_why_and_keeps_it(client, query):
    response = client.get("/companies/", {"q": query})
    assert response.status_code == 422
    assert 'id="id_q_error"' in response.text
    assert query[:100].split("\x00")[0] in response.text


def test_searching_outside_the_bmp_finds_nothing(client):
    assert client.get("/companies/", {"q": "\U0001f600"}).status_code == 200


@pytest.mark.django_db
def test_an_expired_membership_stays_and_is_marked(sign_in):
    gone = MembershipFactory(ended=True)
    text = sign_in(gone.user).get("/companies/").text
    assert gone.company.name in text
    assert "Access rights expired" in text


def test_pages_follow_each_other_without_gap_or_repetition(client, person):
    for n in range(120):
        MembershipFactory(user=person, company__name="Same Name" if n % 2 else f"Company {n:03}")
    seen, query = [], {}
    while query is not None:
        page = client.get("/companies/", query).context["page"]
        seen += [row.business_id for row in page.rows]
        query = {"after": page.after} if page.after else None
    assert len(seen) == len(set(seen)) == 121


@pytest.mark.parametrize("count", [1, 60])
def test_statements_are_flat(client, person, count, django_assert_num_queries):
    for _ in range(count):
        MembershipFactory(user=person)
    with django_assert_num_queries(3):  # session, user, memberships with companies
        client.get("/companies/")
    with django_assert_num_queries(3):
        client.get("/companies/switcher/")


def test_the_switcher_offers_the_first_companies_in_force(client, person):
    gone = MembershipFactory(user=person, ended=True)
    for _ in range(12):
        MembershipFactory(user=person, company__name="Many")
    text = client.get("/companies/switcher/").text
    assert text.count("<a ") == 8
    assert gone.company.business_id not in text
    assert "Ähtäri" in client.get("/companies/switcher/", {"q": "ähtäri"}).text


def test_who_belongs_to_one_company_is_in_it_at_once(client, person):
    mine = person.memberships.get().company
    MembershipFactory(user=person, ended=True)
    assert client.get("/")["Location"] == f"/companies/{mine.business_id}/"
    MembershipFactory(user=person)
    assert client.get("/")["Location"] == "/companies/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("interface-resources/?q=x", "interface-resources/"),
        ("interface-resources/0123456789abcdef/", "interface-resources/"),
        ("history/", "history/"),
        ("users/7/remove/", "users/"),
        ("nowhere/", ""),
        ("", ""),
    ],
)
def test_switching_companies_stays_on_the_page(sign_in, here, there):
    member = MembershipFactory(editor=True)
    other = MembershipFactory(user=member.user, editor=True).company
    plain = MembershipFactory(user=member.user, levels={}).company
    address = f"http://testserver/companies/{member.company.business_id}/{here}"
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    text = sign_in(member.user).get("/companies/switcher/", headers=headers).text
    assert f'href="/companies/{other.business_id}/{there}"' in text
    assert f'href="/companies/{plain.business_id}/"' in text


@pytest.mark.django_db
def test_without_script_switching_companies_stays_on_the_page_too(sign_in):
    member = MembershipFactory(editor=True)
    other = MembershipFactory(user=member.user, editor=True).company
    plain = MembershipFactory(user=member.user, levels={}).company
    gone = MembershipFactory(user=member.user, editor=True, ended=True).company
    came_from = f"http://testserver/companies/{member.company.business_id}/history/?kind=rights"
    client = sign_in(member.user)
    page = client.get("/companies/", {"q": "0"}, headers={"Referer": came_from}, follow=True)
    found = client.get("/companies/", {"here": f"/companies/{member.company.business_id}/history/"})
    for text in (page.text, found.text):
        assert f'href="/companies/{other.business_id}/history/"' in text
        assert f'href="/companies/{plain.business_id}/"' in text
        assert f'href="/companies/{gone.business_id}/"' in text
        assert 'name="here"' in text


@pytest.mark.parametrize(
    "here", ["/office/", "/companies/", "//[", "/companies/x/", "\0", "x" * 9000]
)
def test_where_one_came_from_is_only_ever_a_page_of_a_company(client, here):
    for answer in (
        client.get("/companies/", {"here": here}),
        client.get("/companies/", headers={"Referer": f"http://testserver{here}".strip("\0")}),
    ):
        assert answer.status_code == 200
        assert 'name="here"' not in answer.text


def test_the_switcher_says_how_many_it_found_and_no_more(client, person):
    for many, said in ((1, "1 company"), (2, "2 companies"), (9, "More than 8 companies")):
        while person.memberships.count() < many:
            MembershipFactory(user=person)
        text = client.get("/companies/switcher/").text
        assert f'<p id="switcher-count" hx-swap-oob="innerHTML">{said}</p>' in text
    assert "No company found.</p>" in client.get("/companies/switcher/", {"q": "zzz"}).text
    frame = client.get("/companies/").text
    assert 'id="switcher-count" role="status"' in frame
    assert '<div id="switcher-list"></div>' in frame


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("", "Alpha", "Ähtäri Bakery"),
        ("business_id", "Alpha", "Delta"),
        ("package", "Delta", "Alpha"),
        ("ends", "Gamma", "Delta"),
    ],
)
def test_it_is_sorted_by_what_one_looks_for(client, person, sort, first, last):
    now, day = timezone.now(), timedelta(days=1)
    facts = {
        "Alpha": ("1000001-8", "payroll", None),
        "Gamma": ("2000002-7", "premium", now + day),
        "Delta": ("9000003-8", "basic", now - day),
    }
    mine = person.memberships.get().company
    mine.business_id, mine.package = "5000005-2", "premium"
    mine.save()
    for name, (business_id, package, end) in facts.items():
        company = CompanyFactory(name=name, business_id=business_id, package=package)
        MembershipFactory(user=person, company=company, valid_until=end)
    page = client.get("/companies/", {"sort": sort}).context["page"]
    assert [page.rows[0].name, page.rows[-1].name] == [first, last]
    assert [head.sort for head in page.heads.values() if head.current] == [sort]


@pytest.mark.parametrize("sort", ["business_id", "package", "ends"])
def test_pages_of_every_order_hold_each_company_once(client, person, sort):
    for number in range(60):
        end = timezone.now() + (number - 30) * timedelta(hours=1) if number % 3 else None
        MembershipFactory(user=person, company__package="basic", valid_until=end)
    seen, query = [], {"sort": sort}
    while query is not None:
        page = client.get("/companies/", query).context["page"]
        seen += [row.business_id for row in page.rows]
        query = {"sort": sort, "after": page.after} if page.after else None
    assert len(seen) == len(set(seen)) == 61


def test_short_names_of_roles_are_explained_where_they_stand(sign_in, editor):
    text = sign_in(editor.user).get("/companies/").text
    assert "User administrator (KH)" in text
    assert "Auditor (TT)" not in text
