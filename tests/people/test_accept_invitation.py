"""Accepting an invitation: once, by the right person, while the inviter may still give it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.companies.models import Membership
from apps.companies.rules import Role
from apps.core.limits import network_of
from apps.core.refusals import Refused
from apps.people import services
from apps.people.accepting import ACCEPTED
from apps.people.models import Invitation, new_nonce, nonce_of, token_of
from apps.people.rules import Refusal
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ACCEPT = "/invitations/"
GOOD = {"name": "Nora New", "password": "a-fine-passphrase", "again": "a-fine-passphrase"}


@pytest.fixture
def token():
    return token_of(new_nonce())


@pytest.fixture
def invitation(company, editor, token):
    return Invitation.objects.create(
        company=company,
        invited_by=editor.user,
        email="nora@test.example",
        name="Nora",
        roles={Role.KP},
        levels={"vouchers": "edit"},
        nonce=nonce_of(token),
    )


@pytest.fixture
def guest(invitation, token):
    """A browser that opened the link."""
    return opened(Client(), token)


def opened(client, token):
    assert client.get(f"/invitations/{token}/")["Location"] == ACCEPT
    return client


def test_somebody_new_sets_a_password_and_is_in(guest, company, invitation):
    assert "Test Bakery" in guest.get(ACCEPT).text
    response = guest.post(ACCEPT, GOOD)
    assert response["Location"] == f"/companies/{company.business_id}/"
    user = User.objects.get(email="nora@test.example")
    assert guest.session["_auth_user_id"] == str(user.pk)
    assert user.check_password(GOOD["password"])
    member = Membership.objects.get(user=user, company=company)
    assert (member.roles, member.levels) == ({Role.KP}, {"vouchers": "edit"})


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (16, 302), (-1, 302)])
def test_a_password_that_was_just_chosen_is_not_asked_for_again(guest, minutes, status):
    guest.post(ACCEPT, GOOD)
    session = guest.session
    session["given"] -= 60 * minutes
    session.save()
    assert guest.get("/accounts/second-factor/passkeys/add/").status_code == status


def test_it_is_audited_as_theirs(guest):
    guest.post(ACCEPT, GOOD)
    user = User.objects.get(email="nora@test.example")
    event = AuditEvent.objects.get(verb="membership:accept")
    assert (event.actor_id, event.subject_id) == (user.pk, user.pk)
    assert event.after["roles"] == ["KP"]


def test_it_works_once(guest, token, invitation):
    guest.post(ACCEPT, GOOD)
    other = opened(Client(), token)
    assert other.get(ACCEPT).status_code == 410
    assert other.post(ACCEPT, {**GOOD, "password": "a-wrong-passphrase"}).status_code == 410
    assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_who_accepts_again_in_the_same_browser_is_led_into_the_company(guest, token, company):
    home = guest.post(ACCEPT, GOOD)["Location"]
    for again in (guest.get(ACCEPT), guest.post(ACCEPT, GOOD), opened(guest, token).get(ACCEPT)):
        assert again["Location"] == home == f"/companies/{company.business_id}/"
    Membership.objects.filter(user__email="nora@test.example").delete()
    assert guest.get(ACCEPT).status_code == 410


def test_a_double_click_signs_in_although_the_first_answer_began_a_new_session(guest, company):
    """The second comes with the cookies from before the first was answered."""
    before = guest.cookies.copy()
    guest.post(ACCEPT, GOOD)
    guest.cookies = before
    assert guest.post(ACCEPT, {**GOOD, "password": "guessed-passphrase"}).status_code == 410
    assert guest.post(ACCEPT, GOOD)["Location"].endswith(f"{company.business_id}/")
    assert guest.get("/companies/").status_code == 200
    assert Membership.objects.filter(user__email="nora@test.example").count() == 1


def test_a_form_that_grew_old_beside_signing_in_leads_into_the_company(token, company, invitation):
    browser = opened(Client(enforce_csrf_checks=True), token)
    old = browser.get(ACCEPT).context["csrf_token"]
    sent = {**GOOD, "csrfmiddlewaretoken": str(old)}
    for _ in range(2):
        answer = browser.post(ACCEPT, sent, follow=True)
        assert answer.redirect_chain[-1][0] == f"/companies/{company.business_id}/"


@pytest.mark.parametrize("ending", ["expires_at", "withdrawn_at", "accepted_at"])
def test_every_link_that_does_not_work_gets_the_same_answer(guest, invitation, ending):
    Invitation.objects.filter(pk=invitation.pk).update(
        **{ending: timezone.now() - timedelta(seconds=1)}
    )
    never = Client().get(ACCEPT)
    wrong = opened(Client(), token_of(new_nonce())).get(ACCEPT)
    got = guest.get(ACCEPT)
    assert got.status_code == wrong.status_code == never.status_code == 410
    main = [one.text.split("<main")[1].split("<form")[0] for one in (got, wrong, never)]
    assert main[0] == main[1] == main[2]
    assert guest.post(ACCEPT, GOOD).status_code == 410


def test_whoever_accepted_leaves_nothing_to_the_next_at_this_browser(guest):
    guest.post(ACCEPT, GOOD)
    guest.post("/accounts/logout/")
    assert guest.get(ACCEPT).status_code == 410
    assert "Test Bakery" not in guest.get(ACCEPT).text


def test_what_the_browser_keeps_of_a_link_cannot_be_made_up(guest, invitation):
    guest.cookies["invitation"] = invitation.nonce
    assert guest.get(ACCEPT).status_code == 410


def test_looking_does_not_use_it_up(guest):
    guest.head(ACCEPT)
    assert guest.get(ACCEPT).status_code == guest.get(ACCEPT).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "nora@test.example"),
        ("again", "another-passphrase"),
        ("name", ""),
        ("name", "\0"),
    ],
)
def test_a_weak_password_is_refused_and_the_name_stays(guest, field, value):
    response = guest.post(ACCEPT, {**GOOD, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert field == "name" or "Nora New" in response.text
    assert not User.objects.filter(email="nora@test.example").exists()


def test_somebody_who_has_an_account_by_now_signs_in_first(guest, invitation, company):
    user = UserFactory(email=invitation.email)
    assert "Sign in as nora@test.example" in guest.get(ACCEPT).text
    guest.post(ACCEPT, GOOD)
    assert not Membership.objects.filter(user=user).exists()
    sign_in = {"login": user.email, "password": PASSWORD, "next": ACCEPT}
    assert guest.post("/accounts/login/", sign_in)["Location"] == ACCEPT
    assert "invited you." in guest.get(ACCEPT).text
    assert guest.post(ACCEPT).status_code == 302
    assert Membership.objects.get(user=user).company == company
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_service_lets_only_the_invited_account_in(invitation):
    UserFactory(email=invitation.email)
    for user in (None, UserFactory()):
        with pytest.raises(Refused) as refused:
            services.accept(invitation.nonce, user=user, name="N", password="p")
        assert refused.value.reason is Refusal.HAS_ACCOUNT


def test_somebody_else_cannot_accept_it(sign_in, token, invitation):
    other = UserFactory()
    client = opened(sign_in(other), token)
    for response in (client.get(ACCEPT), client.post(ACCEPT, GOOD)):
        assert response.status_code == 403
        assert invitation.email not in response.text
    assert not Membership.objects.filter(user=other).exists()
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    "fall",
    [
        lambda m: m.delete(),
        lambda m: change(m, roles=[]),
        lambda m: change(m, levels={}),
        lambda m: change(m, valid_until=timezone.now() - timedelta(minutes=1)),
        lambda m: change(m.user, is_active=False),
    ],
)
def test_an_inviter_who_may_no_longer_give_it_lets_nobody_in(guest, editor, invitation, fall):
    fall(editor)
    response = guest.post(ACCEPT, GOOD)
    assert response.status_code == 403
    assert "no longer has the right to give these rights" in response.text
    assert not User.objects.filter(email=invitation.email).exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_inviter_who_is_no_tpk_any_more_gives_no_tpk(guest, invitation, editor):
    Invitation.objects.update(roles=[Role.TPK])
    assert guest.post(ACCEPT, GOOD).status_code == 403
    change(editor, roles=[Role.TPK])
    assert guest.post(ACCEPT, GOOD).status_code == 302


def change(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save()


def test_somebody_who_is_a_member_meanwhile_keeps_their_rights(sign_in, token, invitation, company):
    member = MembershipFactory(company=company, user__email=invitation.email)
    client = opened(sign_in(member.user), token)
    assert client.post(ACCEPT).status_code == 410
    member.refresh_from_db()
    assert member.roles == set()


@pytest.fixture
def crowded():
    """All places of one network are taken: those of acceptances, not of looking."""
    for _ in range(60):
        ACCEPTED.take(network_of("2001:db8::7"))


def test_a_whole_office_comes_in_but_not_everybody(guest, crowded):
    here, there = {"REMOTE_ADDR": "2001:db8::ffff"}, {"REMOTE_ADDR": "2001:db8:0:1::1"}
    assert guest.get(ACCEPT, **here).status_code == 200
    response = guest.post(ACCEPT, GOOD, **here)
    assert response.status_code == 429
    assert re.search(r"You can try again at \d\d:\d\d\.", response.text)
    assert "Your invitation still works." in response.text
    assert guest.post(ACCEPT, GOOD, **there).status_code == 302


def test_a_place_is_free_again_after_five_minutes(guest, crowded, monkeypatch):
    later = timezone.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: later)
    assert guest.post(ACCEPT, GOOD, REMOTE_ADDR="2001:db8::1").status_code == 302


def test_the_token_is_never_logged_and_stands_in_no_page_or_session(guest, token, caplog):
    shown = guest.get(ACCEPT).text + guest.post(ACCEPT, {}).text
    for _ in range(25):
        shown += guest.get(ACCEPT).text
    opened(guest, token)
    guest.get(f"/invitations/{token}x/", follow=True)
    assert token not in shown + caplog.text + str(dict(guest.session))


def test_a_password_manager_learns_which_account_the_new_password_is_for(guest, invitation):
    assert f'autocomplete="username" value="{invitation.email}"' in guest.get(ACCEPT).text
