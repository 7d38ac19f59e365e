"""Choosing a company."""

import pytest

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


def test_short_names_of_roles_are_explained_where_they_stand(sign_in, editor):
    text = sign_in(editor.user).get("/companies/").text
    assert "User administrator (KH)" in text
    assert "Auditor (TT)" not in text
