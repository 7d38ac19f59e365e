"""What KH and TPK see of the identifiers in their company, and may stop there."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from itertools import product

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.companies.rules import Function, Level
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.identifiers.reads import InCompany
from tests.conftest import signed_in
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    MembershipFactory,
    UserFactory,
)
from tests.work import mails

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kh(editor):
    return signed_in(editor.user)


@pytest.fixture
def theirs(member, company):
    return ApiIdentifierFactory(owner=member.user, made_in=company, note="Webshop orders")


def overview(client, base, **query):
    """Return the part of the page about the whole company."""
    text = client.get(base, query).text
    return text[text.index('aria-labelledby="h-here"') :]


def test_it_shows_whose_they_are_and_no_key(kh, base, theirs):
    text = overview(kh, base)
    assert "Mary Member" in text
    assert theirs.user_id in text
    assert "Webshop orders" in text
    assert theirs.key.reveal() not in text
    assert "Show Key" not in text


def test_members_do_not_see_it(client, base, theirs):
    assert "API identifiers in this company" not in client.get(base).text


def test_only_this_companys_people(kh, base, theirs):
    elsewhere = ApiIdentifierFactory(owner=MembershipFactory().user)
    assert elsewhere.user_id not in overview(kh, base)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda one, m: m.delete(), "The owner was removed from this company"),
        (lambda one, m: update(m, valid_until=timezone.now() - DAY), "access rights have expired"),
        (
            lambda one, m: update(m, valid_from=timezone.now() + DAY),
            "access rights are not valid yet",
        ),
        (lambda one, m: update(m, levels={}), "no function-specific right left"),
        (lambda one, m: update(m.user, is_active=False), "account is closed"),
        (lambda one, m: update(one, paused_at=timezone.now()), "Paused since"),
        (lambda one, m: update(one, valid_until=timezone.now() - DAY), "Expired"),
        (lambda one, m: update(one, deactivated_at=timezone.now()), "Deactivated"),
    ],
)
def test_it_says_why_one_does_not_work(kh, base, theirs, member, change, why):
    change(theirs, member)
    assert why in overview(kh, base)
    assert "No API identifier found." in overview(kh, base, show="works")


def update(thing, **changes):
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.save()


def test_the_databases_answer_is_the_rules(company, access):
    """Every combination of what decides it, asked both ways."""
    now = timezone.now()
    ends = [None, now - DAY, now + DAY]
    for until, member_until, levels, paused, stopped, active in product(
        ends, ends, [{}, {"x": "none"}, {Function.PAYROLL: Level.VIEW}], [None, now], [False, True], [True, False]
    ):  # fmt: skip
        owner = UserFactory(is_active=active)
        MembershipFactory(user=owner, company=company, levels=levels, valid_until=member_until)
        one = ApiIdentifierFactory(
            owner=owner, made_in=company, valid_until=until, paused_at=paused
        )
        if stopped:
            IdentifierStop.objects.create(company=company, identifier=one)
    found = ApiIdentifier.objects.of_members(access)
    by_rule = {one.pk for one in found if InCompany.of(one, timezone.now()).hindrance is None}
    assert {one.pk for one in found.at_work(company)} == by_rule
    assert {one.pk for one in found.working_here()} == by_rule
    assert len(by_rule) == 4


@pytest.mark.parametrize(
    "query", ["mary", "MEMBER", "webshop", "orders", "{user_id}", "test.example"]
)
def test_searching(kh, company, base, theirs, query):
    other = ApiIdentifierFactory(
        owner=MembershipFactory(company=company, user__email="zed@zed.example").user
    )
    text = overview(kh, base, q=query.format(user_id=theirs.user_id))
    assert theirs.user_id in text
    assert other.user_id not in text


def test_the_choices(kh, base, theirs, member, company):
    ending = ApiIdentifierFactory(owner=member.user, valid_until=timezone.now() + 6 * DAY)
    stopped = ApiIdentifierFactory(owner=member.user)
    IdentifierStop.objects.create(company=company, identifier=stopped)
    for show, expected in {
        "": {theirs, ending, stopped},
        "works": {theirs, ending},
        "ending": {ending},
        "stopped": {stopped},
    }.items():
        found = set(
            re.findall(r"<code>(TE_\d+_\d+|\w\w_\d+_\d+)</code>", overview(kh, base, show=show))
        )
        assert found == {one.user_id for one in expected}, show
    assert "Expires in 6 days" in overview(kh, base)


def test_stopping_works_here_alone_is_recorded_and_told(kh, company, base, theirs, member):
    member.user.language = "fi"
    member.user.save()
    elsewhere = MembershipFactory(user=member.user)
    for _ in range(2):
        kh.post(f"{base}{theirs.pk}/stop/")
    assert "Stopped in this company" in overview(kh, base)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor.split(" <")[0]) == ("identifier:stop", "Edith Editor")
    found = ApiIdentifier.objects.of_members(enter(elsewhere, member.user))
    assert found.at_work(elsewhere.company).filter(pk=theirs.pk).exists()


def test_the_owner_is_told_in_their_language(
    kh, base, theirs, member, django_capture_on_commit_callbacks
):
    member.user.language = "fi"
    member.user.save()
    with django_capture_on_commit_callbacks(execute=True):
        kh.post(f"{base}{theirs.pk}/stop/")
        kh.post(f"{base}{theirs.pk}/stop/")
        kh.post(f"{base}{theirs.pk}/allow/")
    first, second = mails()
    assert first.to == [member.user.email]
    assert "pysäytettiin" in first.subject
    assert "Edith Editor" in first.body
    assert "uudelleen" in second.body
    assert theirs.key.reveal() not in first.body + second.body


def test_allowing_again(kh, base, theirs):
    kh.post(f"{base}{theirs.pk}/stop/")
    text = kh.post(f"{base}{theirs.pk}/allow/", follow=True).text
    assert "is allowed in this company again" in text
    assert not IdentifierStop.objects.exists()
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["identifier:stop", "identifier:allow"]


def test_allowing_what_is_not_stopped_changes_nothing(kh, base, theirs):
    text = kh.post(f"{base}{theirs.pk}/allow/", follow=True).text
    assert "was already in that state" in text
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("what", ["stop", "allow"])
def test_members_stop_nothing(client, base, theirs, what):
    refused = client.post(f"{base}{theirs.pk}/{what}/")
    assert refused.status_code == 403
    assert "the right to stop other users&#x27; API identifiers" in refused.text
    assert not IdentifierStop.objects.exists()


def test_the_companys_follow_without_gap_beside_ones_own(kh, base, editor, company):
    made = [ApiIdentifierFactory(owner=editor.user, made_in=company) for _ in range(120)]
    seen, url = [], f"{base}?after=[{made[70].pk}]"
    while url:
        text = kh.get(url).text
        assert f'id="i-{made[69].pk}"' in text
        seen += re.findall(r'<tr role="row" id="o-(\d+)"', text)
        more = re.search(r'href="(\?[^"]+after_here=[^"]+)"', text)
        url = more and base + unescape(more.group(1))
    assert seen == [str(one.pk) for one in reversed(made)]


def test_another_companys_identifier_is_out_of_reach(kh, base):
    elsewhere = ApiIdentifierFactory(owner=MembershipFactory().user)
    assert kh.post(f"{base}{elsewhere.pk}/stop/").status_code == 404


@pytest.mark.parametrize("count", [10, 100])
def test_statements_are_flat(kh, editor, company, base, count, django_assert_num_queries):
    for _ in range(count):
        owner = MembershipFactory(company=company).user
        ApiIdentifierFactory(owner=owner, integration=IntegrationFactory())
        ApiIdentifierFactory(owner=editor.user, note="Receipts")
    kh.get(base)
    with django_assert_num_queries(5):  # session, user, membership, own, the company's
        kh.get(base)


def test_what_ends_soon_is_on_the_company_home(kh, client, company, theirs):
    home = f"/companies/{company.business_id}/"
    assert "Nothing needs attention here." in kh.get(home).text
    theirs.valid_until = timezone.now() + 6 * DAY
    theirs.save()
    for person in (kh, client):
        assert "Expires in 6 days" in person.get(home).text
    assert theirs.user_id not in signed_in(MembershipFactory(company=company).user).get(home).text


def test_a_membership_that_ends_soon_marks_its_owners_identifiers(kh, base, theirs, member):
    update(member, valid_until=timezone.now() + 3 * DAY)
    assert "Expires in 3 days" in overview(kh, base)


def test_a_removed_owners_identifier_made_elsewhere_stays_while_it_is_stopped(kh, base, member):
    made, other = (
        ApiIdentifierFactory(owner=member.user, made_in=CompanyFactory()) for _ in range(2)
    )
    kh.post(f"{base}{made.pk}/stop/")
    member.delete()
    text = overview(kh, base)
    assert made.user_id in text
    assert f"Allow {made.user_id} again" in text
    assert other.user_id not in text


def test_stopping_keeps_the_filter(kh, base, theirs):
    sent = {"q": "mary", "show": "works", "csrfmiddlewaretoken": "x"}
    for _ in range(2):
        answer = kh.post(f"{base}{theirs.pk}/stop/", sent)
        assert answer["Location"] == f"{base}?q=mary&show=works#o-{theirs.pk}"
    assert "was already in that state" in kh.get(base).text


def test_the_most_urgent_stands_first_on_the_company_home(kh, company, member):
    for days in (20, 5, 12):
        noon = datetime.combine(timezone.localdate() + timedelta(days=days), time(12))
        ApiIdentifierFactory(owner=member.user, valid_until=timezone.make_aware(noon))
    text = kh.get(f"/companies/{company.business_id}/").text
    assert re.findall(r"Expires in (\d+) days", text) == ["5", "12", "20"]


@pytest.fixture
def made_elsewhere(member):
    linked = IntegrationFactory(name_en="Silent Bridge")
    other = MembershipFactory(user=member.user, levels={Function.SALES_INVOICES: Level.EDIT})
    return ApiIdentifierFactory(
        owner=member.user, made_in=other.company, note="Secret plans", integration=linked
    )


def test_what_was_made_in_another_company_is_its_owners_to_tell(kh, client, base, made_elsewhere):
    text = overview(kh, base)
    assert made_elsewhere.user_id in text
    assert "Created in another company" in text
    assert "Secret plans" not in text
    assert "Silent Bridge" not in text
    assert made_elsewhere.user_id not in overview(kh, base, q="secret")
    assert "Secret plans" in client.get(base).text


def test_the_history_here_does_not_say_what_is_for_another_company(
    client, base, company, made_elsewhere
):
    sent = {"purpose": "api", "note": "New plans"}
    assert client.post(f"{base}{made_elsewhere.pk}/edit/", sent).status_code < 400
    event = AuditEvent.objects.get(verb="identifier:note", company_id=company.pk)
    assert "plans" not in f"{event.before} {event.after}"
