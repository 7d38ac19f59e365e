"""Removing somebody from a company, and asking a colleague to replace what stops."""

import re

import pytest

from apps.audit.models import AuditEvent
from apps.companies.models import FormerMember, Membership
from apps.companies.rules import Function, Level
from apps.identifiers.models import ApiIdentifier
from apps.people.models import rights_of
from apps.resources.models import Listing
from tests.conftest import signed_in
from tests.factories import ApiIdentifierFactory, IntegrationFactory, MembershipFactory
from tests.work import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(base, worker):
    return f"{base}{worker.pk}/remove/"


@pytest.fixture
def theirs(worker, company):
    severa = IntegrationFactory(name_en="Severa")
    return ApiIdentifierFactory(
        owner=worker.user, made_in=company, note="Project hours", integration=severa
    )


@pytest.fixture
def colleague(company):
    levels = {Function.SALES_INVOICES: Level.EDIT}
    return MembershipFactory(
        company=company, levels=levels, user__name="Cora Colleague", user__language="fi"
    )


def confirm(client, url, member, **more):
    return client.post(url, {"confirmed": "1", "seen": rights_of(member).mark, **more})


def test_the_question_shows_what_stops(kh, url, theirs, worker, company):
    successor = ApiIdentifierFactory(owner=worker.user, made_in=company)
    ApiIdentifier.objects.filter(pk=theirs.pk).update(replaced_by=successor)
    text = kh.get(url).text
    assert "2 active API identifiers of this user stop working in this company now." in text
    assert theirs.user_id in text
    assert "Severa" in text
    assert successor.user_id in text
    assert theirs.key.reveal() not in text


def test_a_removal_says_that_other_companies_stay(kh, url, worker, company):
    text = kh.get(url).text
    assert (
        f"Will Worker will be removed only from {company.name}. Rights in other companies stay."
        in text
    )
    assert "Remove from this company" in text
    assert "autofocus" not in text, "focus at the end would scroll the question out of sight"


def test_what_does_not_work_here_is_not_counted(kh, url, theirs):
    ApiIdentifier.objects.filter(pk=theirs.pk).update(paused_at=theirs.created_at)
    assert "None of this user&#x27;s API identifiers works in this company now." in kh.get(url).text


def test_a_custom_integration_is_named_only_where_it_is_listed(kh, url, theirs, company):
    bridge = IntegrationFactory(name_en="Secret Bridge", custom=True)
    ApiIdentifier.objects.filter(pk=theirs.pk).update(integration=bridge)
    assert "Secret Bridge" not in kh.get(url).text
    Listing.objects.create(company=company, integration=bridge)
    assert "Secret Bridge" in kh.get(url).text


def test_removing_leaves_a_former_member_and_an_event(kh, url, worker, company):
    before = rights_of(worker).snapshot
    confirm(kh, url, worker)
    assert not Membership.objects.filter(pk=worker.pk).exists()
    assert FormerMember.objects.get(company=company).user == worker.user
    event = AuditEvent.objects.get(verb="membership:remove")
    assert (event.subject_id, event.before, event.after) == (worker.user.pk, before, None)


def test_without_confirming_nothing_happens(kh, url, worker):
    kh.post(url)
    assert Membership.objects.filter(pk=worker.pk).exists()


def test_moved_on_is_409(kh, url, worker):
    response = kh.post(url, {"confirmed": "1", "seen": "something else"})
    assert response.status_code == 409
    assert "The user was not removed" in response.text
    assert rights_of(worker).mark in response.text
    assert Membership.objects.filter(pk=worker.pk).exists()


def test_their_identifiers_stop_and_are_still_listed_with_the_reason(
    kh, url, worker, company, theirs
):
    elsewhere = MembershipFactory(user=worker.user)
    made_elsewhere = ApiIdentifierFactory(owner=worker.user, made_in=elsewhere.company)
    confirm(kh, url, worker)
    made_later = ApiIdentifierFactory(owner=worker.user, made_in=elsewhere.company)
    text = kh.get(f"/companies/{company.business_id}/api-identifiers/").text
    assert text.count("The owner was removed from this company") == 2
    assert made_elsewhere.user_id in text
    assert made_later.user_id not in text


def test_a_kh_removes_a_kh_but_not_a_tpk(kh, base, company, tpk_member):
    other = MembershipFactory(company=company, editor=True)
    assert confirm(kh, f"{base}{other.pk}/remove/", other).status_code == 302
    assert confirm(kh, f"{base}{tpk_member.pk}/remove/", tpk_member).status_code == 403
    assert Membership.objects.filter(pk=tpk_member.pk).exists()


@pytest.fixture
def asked(kh, url, theirs, colleague, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = kh.post(url, {"ask": theirs.pk, "colleague": colleague.pk})
    assert "Cora Colleague has been asked by email" in response.text
    return mails()[0]


def test_a_colleague_is_asked_by_mail_without_the_key(asked, theirs, colleague, worker):
    assert asked.to == [colleague.user.email]
    assert theirs.user_id in asked.body
    assert theirs.key.reveal() not in asked.body
    assert Membership.objects.filter(pk=worker.pk).exists()


def test_the_link_in_it_fills_in_purpose_note_and_integration(asked, theirs, colleague):
    link = re.search(r"http://testserver(\S+)", asked.body).group(1)
    client = signed_in(colleague.user)
    text = client.get(link).text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    assert form["note"] == "Project hours"
    client.post(link.split("?")[0] + "create/", form)
    made = ApiIdentifier.objects.get(owner=colleague.user)
    described = (made.purpose, made.note, made.integration)
    assert described == (theirs.purpose, theirs.note, theirs.integration)
    assert made.key.reveal() != theirs.key.reveal()


@pytest.mark.parametrize("sent", [{}, {"colleague": "x"}, {"colleague": "99999999999999999999"}])
def test_asking_nobody_is_said_and_keeps_the_question(kh, url, theirs, sent):
    response = kh.post(url, {"ask": theirs.pk, **sent})
    assert response.status_code == 422
    assert "Choose a colleague to ask." in response.text


def test_only_those_who_may_create_can_be_asked(kh, url, theirs, company, worker):
    reader = MembershipFactory(company=company, user__name="Rita Reader")
    for one in (reader, worker, MembershipFactory()):
        assert kh.post(url, {"ask": theirs.pk, "colleague": one.pk}).status_code == 422
    assert mails() == []


def test_others_identifiers_cannot_be_asked_for(kh, url, theirs, colleague):
    other = ApiIdentifierFactory(owner=MembershipFactory().user)
    sent = {"ask": other.pk, "colleague": colleague.pk}
    assert kh.post(url, sent).status_code == 422


@pytest.mark.parametrize(
    "query", [{"purpose": "excel"}, {"note": "x" * 201}, {"note": "\0"}, {"purpose": "\0"}]
)
def test_a_hostile_prefill_is_refused(kh, company, query):
    url = f"/companies/{company.business_id}/api-identifiers/"
    assert kh.get(url, query).status_code == 422


@pytest.mark.parametrize("many", [1, 60])
def test_statements_of_the_question_do_not_grow(
    kh, url, worker, company, colleague, many, django_assert_max_num_queries
):
    for _ in range(many):
        ApiIdentifierFactory(owner=worker.user, made_in=company)
    kh.get(url)
    # session, user, membership, the member, identifiers, their count, colleagues
    with django_assert_max_num_queries(8):
        text = kh.get(url).text
    assert f"{many} active API identifier" in text


def test_an_answer_sent_twice_says_twice_who_was_removed(kh, url, base, worker):
    question = dict(kh.get(url).context["question"].fields)
    for _ in range(2):
        response = kh.post(url, {**question, "confirmed": "1"}, follow=True)
        assert response.redirect_chain == [(base, 302)]
        assert "Will Worker removed from this company." in response.text
    assert AuditEvent.objects.filter(verb="membership:remove").count() == 1


def test_what_was_made_in_another_company_is_not_told_nor_asked_for(
    kh, url, theirs, colleague, django_capture_on_commit_callbacks
):
    ApiIdentifier.objects.update(made_in=MembershipFactory(user=theirs.owner).company)
    assert "Created in another company" in (text := kh.get(url).text)
    assert ("Project hours" in text, "Severa" in text) == (False, False)
    with django_capture_on_commit_callbacks(execute=True):
        kh.post(url, {"ask": theirs.pk, "colleague": colleague.pk})
    assert theirs.user_id in mails()[0].body
    assert not re.search("Project|Severa|severa|purpose=", mails()[0].body)


@pytest.mark.parametrize("page", ["", "remove/", "copy/", "second-factor/"])
def test_the_pages_of_somebody_removed_say_when_and_by_whom(kh, editor, base, url, worker, page):
    confirm(kh, url, worker)
    answer = kh.get(f"{base}{worker.pk}/{page}")
    assert answer.status_code == 410
    assert "Will Worker is no longer a user here" in answer.text
    assert re.search(rf"Removed .+ by {editor.user.name}\.", answer.text)
    assert f'href="{base}"' in answer.text


def test_others_learn_nothing_of_somebody_removed(kh, client, base, url, worker, company):
    confirm(kh, url, worker)
    member, outsider = MembershipFactory(company=company), MembershipFactory()
    assert signed_in(outsider.user).get(f"{base}{worker.pk}/").status_code == 404
    refused = signed_in(member.user).get(f"{base}{worker.pk}/")
    assert refused.status_code == 403
    assert "Will Worker" not in refused.text


def test_somebody_removed_elsewhere_is_not_found_here(kh, base):
    there = MembershipFactory()
    administrator = MembershipFactory(company=there.company, editor=True)
    their_base = f"/companies/{there.company.business_id}/users/"
    browser = signed_in(administrator.user)
    confirm(browser, f"{their_base}{there.pk}/remove/", there)
    assert browser.get(f"{their_base}{there.pk}/").status_code == 410
    assert kh.get(f"{base}{there.pk}/").status_code == 404
