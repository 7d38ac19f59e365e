"""Inviting, sending again, withdrawing, copying."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.companies.models import Membership
from apps.companies.rules import Role
from apps.jobs.models import Job
from apps.people.models import Invitation, nonce_of, rights_of
from tests.factories import MembershipFactory, UserFactory
from tests.work import mails

pytestmark = pytest.mark.django_db
NEW = {"email": "Nora@Test.example", "name": "Nora New", "business": "sales_ledger"}


@pytest.fixture
def post(kh, base, django_capture_on_commit_callbacks):
    """Return a function that sends a form, and the mails that it leads to."""

    def send(data, path="invite/", client=kh):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(base + path, {"once": uuid4()} | data)

    return send


def token_in(message):
    return re.search(r"/invitations/([\w-]+)/", message.body).group(1)


def test_somebody_new_gets_a_link_whose_token_is_kept_nowhere(post, company, caplog):
    assert post(NEW).status_code == 302
    invitation = Invitation.objects.get(company=company)
    [message] = mails()
    token = token_in(message)
    assert message.to == ["nora@test.example"]
    assert nonce_of(token) == invitation.nonce != token
    assert token not in str(list(Job.objects.values())) + str(vars(invitation))
    assert token not in caplog.text
    assert not User.objects.filter(email="nora@test.example").exists()


def test_the_mail_says_in_each_language_until_when_its_link_works(post):
    post(NEW)
    end = timezone.localtime(Invitation.objects.get().expires_at)
    for language, said in (("en", "until {}:"), ("fi", "{} asti:"), ("sv", "till {}:")):
        with translation.override(language):
            assert said.format(formats.date_format(end, "SHORT_DATETIME_FORMAT")) in mails()[0].body


def test_it_is_audited_without_the_token(post, company):
    post(NEW)
    event = AuditEvent.objects.get(verb="membership:invite")
    assert (event.subject_id, event.subject) == (None, "Nora New <nora@test.example>")
    assert event.after["levels"]["sales_invoices"] == "edit"
    assert token_in(mails()[0]) not in str(vars(event))


def test_somebody_with_an_account_is_asked_like_anybody_and_mailed_in_their_language(post, company):
    person = UserFactory(email="nora@test.example", language="sv")
    known = post(NEW, path="invite/").headers["Location"]
    unknown = post({**NEW, "email": "other@test.example"}).headers["Location"]
    assert known == unknown
    assert not Membership.objects.filter(user=person).exists()
    assert [one.name for one in Invitation.objects.all()] == ["Nora New", "Nora New"]
    assert "har bjudit in dig" in mails()[0].subject
    assert "invited you" in mails()[1].subject


@pytest.mark.parametrize("path", ["invite/", "{pk}/copy/"])
def test_known_and_unknown_addresses_cost_the_same(post, worker, path):
    path = path.format(pk=worker.pk)
    UserFactory(email="known@test.example")
    asked = []
    for email in ("known@test.example", "unknown@test.example"):
        with CaptureQueriesContext(connection) as found:
            post({**NEW, **copying(worker), "email": email}, path)
        asked.append(len(found))
    assert asked[0] == asked[1]
    assert Invitation.objects.count() == 2


def test_a_form_sent_twice_answers_twice_alike_and_mails_once(post, kh, base):
    sent = {**NEW, "once": uuid4()}
    for _ in range(2):
        assert post(sent)["Location"] == base
        assert "Invitation sent to nora@test.example" in kh.get(base).text
    assert len(mails()) == Invitation.objects.count() == 1


def test_members_and_invited_people_are_not_invited_again(post, worker):
    refused = post({**NEW, "email": worker.user.email})
    assert "already a user of this company" in refused.text
    post(NEW)
    refused = post(NEW)
    assert refused.status_code == 422
    assert "already been invited" in refused.text
    assert 'value="Nora@Test.example"' in refused.text
    assert Invitation.objects.count() == 1


def test_who_is_in_already_is_told_whatever_else_is_missing(post, worker):
    refused = post({"email": worker.user.email})
    assert refused.status_code == 422
    assert "already a user of this company" in refused.text
    assert {"email", "name"} <= refused.context["form"].errors.keys()


def test_the_first_mistake_from_above_has_the_focus(post):
    period = {"valid_from": "2090-02-02T10:00", "valid_until": "2090-01-01T10:00"}
    refused = post({**NEW, "email": "nobody", **period})
    assert {"email", "valid_until"} <= refused.context["form"].errors.keys()
    assert re.findall(r"<[^>]* autofocus", refused.text)[0].count('name="email"') == 1


def test_an_invitation_to_nothing_is_a_mistake(post):
    refused = post({"email": "nora@test.example", "name": "Nora", "business": "none"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["roles"] == ["Choose a role or a right."]
    for one in ({"roles": ["TT"], "vouchers": "view"}, {"interface_resources": "view"}):
        assert (
            post({"email": f"{next(iter(one))}@test.example", "name": "N", **one}).status_code
            == 302
        )


@pytest.mark.parametrize("known", [True, False])
def test_the_name_is_needed_whether_or_not_there_is_an_account(post, known):
    if known:
        UserFactory(email="nora@test.example")
    refused = post({**NEW, "name": ""})
    assert refused.context["form"].errors["name"] == ["This field is required."]
    assert re.search(r'name="name"[^>]* autofocus', refused.text)


@pytest.mark.parametrize("name", ["\u200b\u2060", "\u202e", "\u3164 \u2800", "\xad", "- 7 -"])
def test_a_name_of_nothing_is_no_name(post, name):
    assert post({**NEW, "name": name}).context["form"].errors["name"]
    assert not Invitation.objects.exists()


def test_what_nobody_sees_is_left_out_of_a_name(post):
    post({**NEW, "name": "Nora\u200b\u202e  N\u00ade\ufeffw"})
    assert Invitation.objects.get().name == "Nora New"


def test_a_mail_domain_has_one_spelling(post):
    post({**NEW, "email": "Nora@B\u00fccher.example"})
    again = post({**NEW, "email": "nora@xn--bcher-kva.example"})
    assert "already been invited" in again.text
    assert Invitation.objects.get().email == "nora@xn--bcher-kva.example"


def test_nobody_invites_themselves(post, editor):
    assert post({**NEW, "email": editor.user.email}).status_code == 422


@pytest.mark.parametrize("role", ["TPK", "KH", "P", "CA"])
def test_a_plain_kh_does_not_invite_to_what_is_above(post, role):
    assert post({**NEW, "roles": [role]}).status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a@b\0.example", "x" * 300 + "@test.example"])
def test_a_wrong_email_is_said_and_nothing_typed_is_lost(post, email):
    response = post({**NEW, "email": email})
    assert response.status_code == 422
    assert "Nora New" in response.text


@pytest.mark.parametrize("tail", ["invite/", "{pk}/copy/"])
def test_the_password_is_asked_for_again_before_the_form(sign_in, editor, base, worker, tail):
    stale, url = sign_in(editor.user), base + tail.format(pk=worker.pk)
    assert "reauthenticate" in stale.get(url)["Location"]
    late = stale.post(url, {**NEW, "once": uuid4()})
    assert late.status_code == 422
    assert "More than 15 minutes have passed since you entered your password." in late.text
    assert NEW["email"] in late.text
    assert not mails()
    assert not Invitation.objects.exists()


def test_sending_again_makes_the_old_link_worthless(post, client):
    post(NEW)
    invitation, old = Invitation.objects.get(), token_in(mails()[0])
    post({}, f"invitations/{invitation.pk}/send/")
    new = token_in(mails()[1])
    assert client.get(f"/invitations/{old}/", follow=True).status_code == 410
    assert client.get(f"/invitations/{new}/", follow=True).status_code == 200


def test_it_is_sent_again_five_times_a_day(post):
    post(NEW)
    again = f"invitations/{Invitation.objects.get().pk}/send/"
    assert [post({}, again).status_code for _ in range(5)] == [302] * 5
    assert post({}, again).status_code == 409


def test_a_withdrawn_one_cannot_be_accepted_and_makes_room_for_another(post, client):
    post(NEW)
    invitation, link = Invitation.objects.get(), f"/invitations/{token_in(mails()[0])}/"
    post({}, f"invitations/{invitation.pk}/withdraw/")
    assert client.get(link, follow=True).status_code == 410
    assert AuditEvent.objects.filter(verb="membership:withdraw").count() == 1
    assert post({}, f"invitations/{invitation.pk}/withdraw/").status_code == 302
    assert AuditEvent.objects.filter(verb="membership:withdraw").count() == 1
    assert post(NEW).status_code == 302


def test_a_plain_kh_does_not_withdraw_what_a_tpk_invited_to(post, tpk, kh):
    post({**NEW, "roles": ["TPK"]}, client=tpk)
    invitation = Invitation.objects.get()
    for action in ("send", "withdraw"):
        refused = post({}, f"invitations/{invitation.pk}/{action}/")
        assert refused.status_code == 403
        assert "can change the rights of a TPK" in refused.text
    assert Invitation.objects.open().count() == 1


@pytest.mark.parametrize("action", ["send", "withdraw"])
def test_an_invitation_that_was_accepted_meanwhile_is_said_to_be(post, base, kh, action):
    post(NEW)
    invitation = Invitation.objects.get()
    Invitation.objects.update(accepted_at=invitation.created_at)
    answer = post({}, f"invitations/{invitation.pk}/{action}/")
    assert (answer.status_code, answer["Location"]) == (302, base)
    assert "this invitation has been accepted or withdrawn meanwhile" in kh.get(base).text


def test_invitations_of_other_companies_are_not_found(post):
    elsewhere = MembershipFactory()
    other = Invitation.objects.create(company=elsewhere.company, invited_by=elsewhere.user)
    for action in ("send", "withdraw"):
        assert post({}, f"invitations/{other.pk}/{action}/").status_code == 404


def copying(source, **more):
    return {"seen": rights_of(source).mark, **more}


def confirm(post, sent, path, **who):
    question = post(sent, path, **who).context["question"]
    answer = {**sent, **dict(question.fields), "confirmed": "1"}
    assert post(answer, path, **who).status_code == 302


def test_rights_that_would_be_replaced_are_shown_beside_the_new_ones_first(post, worker, company):
    levels = {"vouchers": "edit", "interface_resources": "view"}
    target = MembershipFactory(company=company, roles=["TT"], levels=levels)
    asked = post(copying(worker, email=target.user.email), f"{worker.pk}/copy/")
    assert asked.status_code == 200
    target.refresh_from_db()
    assert (target.roles, target.levels) == ({"TT"}, levels), "nothing is replaced yet"
    assert f"Replace the rights of {target.user.name}?" in asked.text
    beside = {term: (now, then) for term, now, then in asked.context["question"].replaces}
    assert beside["Roles"] == ("TT", "–")
    assert ("Vouchers: edit", "Sales invoices: edit") in beside.values()
    assert "Vouchers: edit" in asked.text


def test_nobody_is_asked_about_rights_that_are_the_same_already(post, worker, company):
    target = MembershipFactory(company=company, roles=worker.roles, levels=worker.levels)
    sent = copying(worker, email=target.user.email)
    assert post(sent, f"{worker.pk}/copy/").status_code == 302


def test_rights_are_copied_to_a_member(post, worker, company):
    target = MembershipFactory(company=company, roles=["TT"], levels={})
    sent = copying(worker, email=target.user.email.upper())
    confirm(post, sent, f"{worker.pk}/copy/")
    target.refresh_from_db()
    assert (target.roles, target.levels) == (set(), {"sales_invoices": "edit"})
    assert AuditEvent.objects.get(verb="membership:edit").subject_id == target.user.pk


def test_copying_onto_the_same_rights_says_that_nothing_changes(kh, base, post, worker):
    post(copying(worker, email=worker.user.email), f"{worker.pk}/copy/")
    assert "No change: Will Worker already has these rights." in kh.get(base).text
    assert not AuditEvent.objects.exists()


def test_rights_are_copied_to_somebody_new_with_the_period_if_asked(post, worker):
    worker.valid_until = "2090-01-01T00:00Z"
    worker.save()
    worker.refresh_from_db()
    sent = copying(worker, email="nora@test.example", name="Nora", with_period="on")
    post(sent, f"{worker.pk}/copy/")
    invitation = Invitation.objects.get()
    assert invitation.rights == rights_of(worker)


@pytest.mark.parametrize("known", [True, False])
def test_copying_to_somebody_new_needs_a_name(post, worker, known):
    if known:
        UserFactory(email="nora@test.example")
    response = post(copying(worker, email="nora@test.example"), f"{worker.pk}/copy/")
    assert response.status_code == 422
    assert response.context["form"].errors["name"]


def test_copying_what_shortens_access_is_confirmed_first(post, worker, company, editor):
    target = MembershipFactory(company=company)
    worker.levels = {}
    worker.save()
    sent = copying(worker, email=target.user.email)
    question = post(sent, f"{worker.pk}/copy/").context["question"]
    assert "Remove the last function-specific right" in question.heading
    answer = {**sent, **dict(question.fields), "confirmed": "1"}
    assert post(answer, f"{worker.pk}/copy/").status_code == 302
    target.refresh_from_db()
    assert target.levels == {}


def test_copying_onto_rights_that_moved_on_is_409(post, worker, company):
    target = MembershipFactory(company=company)
    worker.levels = {}
    worker.save()
    sent = copying(worker, email=target.user.email)
    question = post(sent, f"{worker.pk}/copy/").context["question"]
    answer = {**sent, **dict(question.fields), "confirmed": "1"}
    target.roles = {Role.KP}
    target.save()
    assert post(answer, f"{worker.pk}/copy/").status_code == 409
    target.refresh_from_db()
    assert target.roles == {"KP"}
    target.delete()
    assert post(answer, f"{worker.pk}/copy/").status_code == 409
    assert not Membership.objects.filter(user=target.user).exists()


@pytest.mark.parametrize("role", ["KH", "P", "TPK", "CA"])
def test_copying_kh_or_p_needs_tpk(post, tpk, company, editor, worker, role):
    editor.roles = {Role.KH, Role.COMPANY_ADMINISTRATOR}
    editor.save()
    source = MembershipFactory(company=company, roles=[role])
    sent = copying(source, email=worker.user.email, replaced=rights_of(worker).mark)
    assert post(sent, f"{source.pk}/copy/").status_code == 403
    assert post(sent | {"confirmed": "1"}, f"{source.pk}/copy/", client=tpk).status_code == 302
    worker.refresh_from_db()
    assert worker.roles == {role}


def test_nobody_copies_to_themselves_or_to_a_tpk(post, worker, editor, tpk_member):
    for target in (editor, tpk_member):
        sent = copying(worker, email=target.user.email, confirmed="1")
        assert post(sent, f"{worker.pk}/copy/").status_code in (403, 422)
        before = rights_of(target).mark
        target.refresh_from_db()
        assert rights_of(target).mark == before


def test_the_page_of_copying_shows_what_is_copied(tpk, base, editor):
    text = tpk.get(f"{base}{editor.pk}/copy/").text
    assert "Interface resources: edit" in text
    assert "<dd>KH</dd>" in text


def test_copying_from_rights_that_moved_on_is_409(post, worker, company):
    sent = copying(worker, email="nora@test.example", name="Nora")
    worker.roles = {Role.KP}
    worker.save()
    response = post(sent, f"{worker.pk}/copy/")
    assert response.status_code == 409
    assert 'value="nora@test.example"' in response.text
    assert not Invitation.objects.exists()


def test_the_addresses_of_changes_lead_back(kh, base, company):
    for name in ("send_invitation_again", "withdraw_invitation"):
        url = reverse(name, args=[company.business_id, 7])
        assert kh.get(url)["Location"] == base


@pytest.mark.parametrize(("role", "level"), [("TT", "view"), ("KH", "edit")])
def test_a_role_that_opens_nothing_is_said_and_the_level_it_needs_is_offered(
    post, tpk, role, level
):
    sent = {"email": "n@test.example", "name": "Nora", "roles": [role], "once": uuid4()}
    asked = post(sent, client=tpk)
    assert asked.status_code == 422
    assert "can enter the company but sees nothing there" in asked.text
    assert f"Give Interface resources: {level} too" in asked.text
    assert 'value="Nora"' in asked.text
    assert not Invitation.objects.exists()
    assert post({**sent, "give": level}, client=tpk).status_code == 302
    assert Invitation.objects.get().levels == {"interface_resources": level}


def test_copying_a_role_that_opens_nothing_asks_as_well(post, tpk, company):
    source = MembershipFactory(company=company, roles=[Role.TT], levels={})
    sent = copying(source, email="n@test.example", name="Nora", once=uuid4())
    asked = post(sent, f"{source.pk}/copy/", client=tpk)
    assert asked.status_code == 422
    assert "Give Interface resources: view too" in asked.text
    assert not Invitation.objects.exists()
    as_it_is, given = {**sent, "as_it_is": "1"}, {**sent, "give": "view"}
    given |= {"email": "o@test.example", "once": uuid4()}
    assert post(as_it_is, f"{source.pk}/copy/", client=tpk).status_code == 302
    assert post(given, f"{source.pk}/copy/", client=tpk).status_code == 302
    levels = [one.levels for one in Invitation.objects.order_by("email")]
    assert levels == [{}, {"interface_resources": "view"}]


def test_a_role_that_opens_nothing_is_given_by_whoever_wants_that(post):
    sent = {"email": "n@test.example", "name": "Nora", "roles": ["TT"], "as_it_is": "1"}
    assert post(sent).status_code == 302
    assert Invitation.objects.get().levels == {}
