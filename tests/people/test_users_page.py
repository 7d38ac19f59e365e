"""The list of users and roles."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.rules import Function, Level, Role
from apps.people.models import Invitation
from tests.conftest import signed_in
from tests.factories import ApiIdentifierFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def auditor(company):
    return MembershipFactory(company=company, roles=[Role.TT])


def invitation(company, by, **more):
    fields = {"email": "new@test.example", "name": "Nora New", "nonce": "x"}
    return Invitation.objects.create(company=company, invited_by=by, **fields | more)


def test_it_shows_who_may_what(kh, base, worker, company):
    ApiIdentifierFactory(owner=worker.user, made_in=company)
    worker.levels = dict.fromkeys(Function, Level.VIEW)
    worker.roles, worker.valid_until = {Role.KP}, timezone.now() + 3 * DAY
    worker.save()
    text = kh.get(base, {"q": "will"}).text
    row = text[text.index("Will Worker") :]
    for part in (
        "will@test.example",
        ">KP<",
        "Browsing rights",
        "Until",
        ">1<",
        "Edit Will Worker",
    ):
        assert part in row, part
    assert "icon" in row


def test_one_s_own_row_has_no_actions(kh, base, editor):
    text = kh.get(base).text
    assert "Edith Editor" in text
    assert "Edit Edith Editor" not in text


def test_a_kh_has_no_actions_on_a_tpk_and_is_told(kh, base, tpk_member):
    text = kh.get(base).text
    assert "Edit Tina Office" not in text
    assert "Only TPK can change" in text


def test_an_auditor_looks_without_actions_and_learns_who_can_help(
    sign_in, base, auditor, worker, editor
):
    editor.roles = ["KH", "CA"]
    editor.save()
    text = sign_in(auditor.user).get(base).text
    assert "Will Worker" in text
    assert "Edit Will Worker" not in text
    assert "You can view this page but not make changes" in text
    assert "Edith Editor</a> (KH, Company administrator)" in text


def test_an_auditor_changes_nothing(base, company, auditor, worker, editor):
    client = signed_in(auditor.user)
    waiting = invitation(company, editor.user)
    tails = ["invite/", *(f"{worker.pk}/{tail}" for tail in ("", "remove/", "copy/"))]
    answers = [client.get(base + tail).status_code for tail in tails]
    tails += [f"invitations/{waiting.pk}/{tail}/" for tail in ("send", "withdraw")]
    answers += [client.post(base + tail, {"confirmed": "1"}).status_code for tail in tails]
    assert set(answers) == {403}
    refused = client.get(f"{base}invite/")
    assert "the right to change the users of Test Bakery" in refused.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "WILL"}, {"Will Worker"}),
        ({"q": "will@test"}, {"Will Worker"}),
        ({"role": "KH"}, {"Edith Editor", "Tina Office"}),
        ({"role": "TPK"}, {"Tina Office"}),
        ({"validity": "ended"}, {"Past Person"}),
        ({"validity": "ending"}, {"Will Worker"}),
        ({"validity": "not_yet"}, {"Future Person"}),
        ({"validity": "in_force"}, {"Edith Editor", "Tina Office", "Will Worker"}),
        ({"q": "nobody"}, set()),
    ],
)
def test_filters(kh, base, company, worker, tpk_member, query, names):
    worker.valid_until = timezone.now() + 3 * DAY
    worker.save()
    MembershipFactory(company=company, ended=True, user__name="Past Person")
    later = {"valid_from": timezone.now() + DAY}
    MembershipFactory(company=company, user__name="Future Person", **later)
    rows = kh.get(base, query).context["page"].rows
    assert {row.name for row in rows} == names


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "x" * 10_000},
        {"role": "BOSS"},
        {"validity": "always"},
        {"after": "9" * 21},
        {"after": "\0"},
    ],
)
def test_hostile_queries_are_answered(kh, base, query):
    assert kh.get(base, query).status_code == 422


def test_a_page_that_is_none_is_a_mistake_beside_the_first_one(kh, base):
    for after in ("99999999", '["zoe"]', "[1, 2]", "{}"):
        response = kh.get(base, {"after": after})
        assert response.status_code == 422
        assert "Edith Editor" in response.text


def test_every_member_stands_on_one_page_exactly(kh, base, company):
    for number in range(60):
        MembershipFactory(company=company, user__name=f"Person {number % 7}")
    seen, query = [], {}
    while query is not None:
        page = kh.get(base, query).context["page"]
        seen += [row.pk for row in page.rows]
        query = {"after": page.after} if page.after else None
    assert len(seen) == len(set(seen)) == 61


def test_the_next_page_is_found_although_the_last_of_this_one_is_gone(kh, base, company):
    for number in range(60):
        MembershipFactory(company=company, user__name=f"Person {number:02}")
    first = kh.get(base).context["page"]
    last = first.rows[-1]
    company.memberships.filter(pk=last.pk).delete()
    second = kh.get(base, {"after": first.after}).context["page"]
    assert [row.name for row in second.rows] == [f"Person {n:02}" for n in range(49, 60)]


def test_invitations_stand_before_the_first_member_alone(kh, base, company, editor):
    invitation(company, editor.user)
    for number in range(60):
        MembershipFactory(company=company, user__name=f"Person {number:02}")
    first = kh.get(base)
    assert "Nora New" in first.text
    assert "Nora New" not in kh.get(base, {"after": first.context["page"].after}).text


@pytest.mark.parametrize("many", [1, 25])
def test_statements_do_not_grow(
    sign_in, base, auditor, company, many, django_assert_max_num_queries
):
    for number in range(many):
        member = MembershipFactory(company=company)
        ApiIdentifierFactory(owner=member.user, made_in=company)
        invitation(company, member.user, email=f"n{number}@x.example", nonce=str(number))
    client = sign_in(auditor.user)
    client.get(base)
    # session, user, membership, members with their identifiers, invitations, grantors
    with django_assert_max_num_queries(6):
        assert client.get(base).status_code == 200


def test_only_this_companys_people(kh, base):
    elsewhere = MembershipFactory(user__name="Else Where")
    invitation(elsewhere.company, UserFactory(), name="Guest Elsewhere")
    text = kh.get(base).text
    assert "Else Where" not in text
    assert "Guest Elsewhere" not in text


def test_the_level_of_interface_resources_and_the_short_roles_are_shown(
    kh, base, worker, tpk_member
):
    tpk_member.roles = {Role.TPK, Role.COMPANY_ADMINISTRATOR}
    tpk_member.save()
    text = kh.get(base).text
    row = text[text.index(f'id="m-{worker.pk}"') :]
    assert 'data-label="Interface resources">none<' in row[: row.index("</tr>")]
    assert ">TPK, CA<" in text
    assert "<dt>CA</dt><dd>Company administrator</dd>" in text


def test_the_words_narrow_invitations_too_and_all_can_be_shown_again(kh, base, company, editor):
    invitation(company, editor.user)
    assert "Show all" not in kh.get(base).text
    for words, found in (("nora", True), ("new@TEST", True), ("will", False)):
        text = kh.get(base, {"q": words}).text
        assert ("Nora New" in text) == found
        assert "Show all" in text


def test_invitations_beyond_a_page_are_counted(kh, base, company, editor):
    for number in range(52):
        invitation(company, editor.user, email=f"n{number}@x.example", nonce=str(number))
    assert "2 more invitations are not shown." in kh.get(base).text


def test_invitations_that_wait(kh, base, company, editor):
    invitation(company, editor.user)
    text = kh.get(base).text
    assert "Nora New" in text
    assert "Withdraw the invitation of new@test.example" in text
    assert "Send the invitation of new@test.example again" in text


@pytest.mark.parametrize(
    ("sort", "first"),
    [("", "Abe"), ("interface", "Edith Editor"), ("ends", "Cleo"), ("signed_in", "Bea"),
     ("identifiers", "Dan")],
)  # fmt: skip
def test_it_is_sorted_by_what_one_looks_for(kh, base, company, sort, first):
    soon, none = timezone.now() + DAY, {"levels": {}}
    MembershipFactory(company=company, user__name="Abe", **none)
    MembershipFactory(company=company, user__name="Eve", ended=True, **none)
    MembershipFactory(company=company, user__name="Bea", user__last_login=timezone.now(), **none)
    MembershipFactory(company=company, user__name="Cleo", valid_until=soon, **none)
    worker = MembershipFactory(company=company, user__name="Dan", levels={"vouchers": "edit"})
    ApiIdentifierFactory(owner=worker.user, made_in=company)
    page = kh.get(base, {"sort": sort}).context["page"]
    assert page.rows[0].name == first
    assert sort != "ends" or page.rows[-1].name == "Eve"
    assert [head.sort for head in page.heads.values() if head.current] == [sort]


@pytest.mark.parametrize("sort", ["interface", "ends", "signed_in", "identifiers"])
def test_pages_of_every_order_hold_everybody_once(kh, base, company, sort):
    for number in range(60):
        end = timezone.now() + number * DAY if number % 3 else None
        MembershipFactory(company=company, user__name=f"P{number % 7}", valid_until=end)
    seen, query = [], {"sort": sort}
    while query is not None:
        page = kh.get(base, query).context["page"]
        seen += [row.pk for row in page.rows]
        query = {"sort": sort, "after": page.after} if page.after else None
    assert len(seen) == len(set(seen)) == 61
