"""Ways around the second factor, each tried and refused, in an installation that demands one.

Whoever tries knows the victim's email and password, and for some ways has more than that.
"""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client
from django.utils import timezone

from apps.accounts.factors import PROVEN
from apps.people.models import Invitation, new_nonce, token_of
from tests.accounts.factors import CONFIRM, FACTOR, LOGIN, code_of, confirm, password, set_up_app
from tests.conftest import signed_in
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.work import mails

pytestmark = pytest.mark.django_db
NEW = "another-fine-passphrase"
DAY = 24 * 3600


class Person:
    """Somebody with an app, in a browser where they signed in by it, and one from before."""

    def __init__(self, user):
        self.user, self.before, self.browser = user, signed_in(user), signed_in(user)
        self.key, self.codes = set_up_app(self.browser)

    def remembered(self) -> Client:
        """Return a browser that is remembered, and signed out."""
        client = Client()
        password(client, self.user)
        confirm(client, self.codes.pop())
        client.post(f"{FACTOR}remember/", {"action": "trust"})
        client.post("/accounts/logout/")
        return client


@pytest.fixture
def victim(settings, editor):
    settings.SECOND_FACTOR = "administrators"
    return Person(editor.user)


@pytest.fixture
def other(victim):
    """Somebody with an account, and a factor, of their own."""
    return Person(MembershipFactory(editor=True).user)


def halfway(victim) -> Client:
    password(client := Client(), victim.user)
    return client


def password_alone(victim, other):
    return halfway(victim)


def old_session(victim, other):
    return victim.before


def old_session_as_fragment(victim, other):
    victim.before.defaults["HTTP_HX_REQUEST"] = "true"
    return victim.before


def old_session_after_choosing_a_language(victim, other):
    victim.before.post("/language/", {"language": "fi", "next": "/"}, follow=True)
    return victim.before


def old_session_confirmed_by_password(victim, other):
    again = {"password": PASSWORD, "next": "/companies/"}
    victim.before.post("/accounts/reauthenticate/", again, follow=True)
    return victim.before


def old_session_with_another_app(victim, other):
    set_up = {"code": code_of(other.key)}
    victim.before.post(f"{FACTOR}app/", set_up, follow=True)
    return victim.before


def old_session_with_a_passkey(victim, other):
    made = {"name": "Mine", "credential": "{}", "passwordless": "on"}
    victim.before.post(f"{FACTOR}passkeys/add/", made, follow=True)
    return victim.before


def other_tab(victim, other):
    """Begin as the victim, and give the second factor of somebody else in another tab."""
    client = halfway(victim)
    password(client, other.user)
    confirm(client, other.codes[0])
    return client


def code_of_another_app(victim, other):
    confirm(client := halfway(victim), code_of(other.key))
    return client


def recovery_code_of_another(victim, other):
    confirm(client := halfway(victim), other.codes[0])
    return client


def no_code(victim, other):
    client = halfway(victim)
    for sent in ({}, {"code": ""}, {"code": "\x00"}, {"code": ["", ""]}):
        client.post(CONFIRM, sent)
    return client


def used_code(victim, other):
    code = code_of(victim.key)
    confirm(halfway(victim), code)
    confirm(client := halfway(victim), code)
    return client


def used_code_in_another_spelling(victim, other):
    code = code_of(victim.key)
    confirm(halfway(victim), code)
    confirm(client := halfway(victim), f"{code[:3]} {code[3:]}")
    return client


def used_recovery_code(victim, other):
    confirm(halfway(victim), victim.codes[0])
    confirm(client := halfway(victim), victim.codes[0])
    return client


def code_of_long_ago(victim, other):
    confirm(client := halfway(victim), code_of(victim.key, steps=-4))
    return client


def code_after_many_guesses(victim, other):
    for _ in range(10):
        confirm(halfway(victim), "000000")
    confirm(client := halfway(victim), code_of(victim.key))
    return client


def step_left_out(victim, other):
    client = halfway(victim)
    for action in ("trust", "skip"):
        client.post(f"{FACTOR}remember/", {"action": action}, follow=True)
    return client


def reset_link(victim, other):
    client = Client()
    client.post("/accounts/password/reset/", {"email": victim.user.email})
    link = re.search(r"http://testserver(\S+/key/\S+)", mails()[-1].body).group(1)
    form = client.get(link)["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    client.post(LOGIN, {"login": victim.user.email, "password": NEW})
    return client


def invited(victim, **more) -> Client:
    company, client = victim.user.memberships.get().company, Client()
    Invitation.objects.create(
        company=company, email=victim.user.email, name="Again", nonce=(nonce := new_nonce()), **more
    )
    client.get(f"/invitations/{token_of(nonce)}/")
    return client


def invitation(victim, other):
    client = invited(victim)
    client.post("/invitations/", {"password": PASSWORD, "again": PASSWORD, "name": "N"})
    return client


def invitation_accepted_before(victim, other):
    client = invited(victim, accepted_at=timezone.now())
    client.post("/invitations/", {"password": PASSWORD})
    return client


def remembered_browser_of_another(victim, other):
    password(client := other.remembered(), victim.user)
    return client


def remembered_browser_after_a_new_password(victim, other):
    client = victim.remembered()
    victim.user.set_password(NEW)
    victim.user.save()
    client.post(LOGIN, {"login": victim.user.email, "password": NEW})
    return client


def remembered_browser_of_long_ago(victim, other):
    client = victim.remembered()
    [[mark, at]] = signing.Signer().unsign_object(client.cookies["remembered"].value)
    old = signing.Signer().sign_object([(mark, at - 30 * DAY - 1)])
    client.cookies["remembered"] = old
    password(client, victim.user)
    return client


def remembered_browser_made_up(victim, other):
    client = Client()
    for made_up in ("1", signing.dumps([("", time.time())], salt="x")):
        client.cookies["remembered"] = made_up
        password(client, victim.user)
    return client


def passkey(client, address, **response):
    options = client.get(f"{FACTOR}passkeys/sign-in/", headers={"Accept": "application/json"})
    assert options.status_code in (200, 302)
    sent = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}
    client.post(address, {"credential": json.dumps(sent)})
    return client


FORGED = {"authenticatorData": "A" * 52, "clientDataJSON": "e30", "signature": "AAAA"}


def passkey_made_up(victim, other):
    return passkey(Client(), f"{FACTOR}passkeys/sign-in/", **FORGED, userHandle="MQ")


def passkey_made_up_as_second_step(victim, other):
    return passkey(halfway(victim), CONFIRM, **FORGED)


def session_of_another_person(victim, other):
    """Carry the mark of a second factor from one's own session into one of the victim."""
    client = victim.before
    session = client.session
    session[PROVEN] = [other.user.pk, time.time()]
    session.save()
    return client


WAYS = [
    password_alone, old_session, old_session_as_fragment, old_session_after_choosing_a_language,
    old_session_confirmed_by_password, old_session_with_another_app, old_session_with_a_passkey,
    other_tab, code_of_another_app, recovery_code_of_another, no_code, used_code,
    used_code_in_another_spelling, used_recovery_code, code_of_long_ago, code_after_many_guesses,
    step_left_out, reset_link, invitation, invitation_accepted_before,
    remembered_browser_of_another, remembered_browser_after_a_new_password,
    remembered_browser_of_long_ago, remembered_browser_made_up, passkey_made_up,
    passkey_made_up_as_second_step, session_of_another_person,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_company_stays_closed(way, victim, other, company):
    client = way(victim, other)
    for place in ("", "interface-resources/", "users/"):
        answer = client.get(f"/companies/{company.business_id}/{place}")
        assert company.name not in answer.text
        assert answer.status_code in (302, 404) or answer.headers.get("HX-Redirect")


def test_what_is_right_opens_it(victim, company):
    confirm(client := halfway(victim), code_of(victim.key))
    client.post(f"{FACTOR}remember/", {"action": "skip"})
    assert company.name in client.get(f"/companies/{company.business_id}/").text


@pytest.fixture
def staff(victim):
    return Person(UserFactory(is_staff=True, is_superuser=True))


def test_the_administration_takes_no_password_alone(staff):
    sent = {"username": staff.user.email, "password": PASSWORD, "next": "/admin/"}
    own = Person(UserFactory(is_staff=True, is_superuser=True))
    for client in (Client(), staff.before, own.browser):
        client.post("/admin/login/", sent)
        assert client.session.get("_auth_user_id") != str(staff.user.pk) or (
            client.get("/admin/")["Location"].startswith(FACTOR)
        )


def by_password(victim, other):
    client = aged(victim, 16 * 60)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def aged(victim, seconds) -> Client:
    """Return the victim's browser as if the factor had been used so many seconds ago."""
    session = victim.browser.session
    session[PROVEN] = [victim.user.pk, time.time() - seconds]
    session.save()
    return victim.browser


def remembered(victim, other):
    password(client := victim.remembered(), victim.user)
    return client


TAKING = [
    old_session, old_session_confirmed_by_password, by_password, remembered, other_tab,
    lambda victim, _: aged(victim, 16 * 60),
    lambda victim, _: aged(victim, -60),  # the clock was set back since
    lambda _, other: other.browser,
]  # fmt: skip


@pytest.mark.parametrize("way", TAKING)
def test_nobody_takes_the_factor_away_or_sees_new_codes(way, victim, other):
    client = way(victim, other)
    kept = Authenticator.objects.filter(user=victim.user)
    before = list(kept.order_by("pk").values_list("pk", flat=True))
    passkey = Authenticator.objects.create(user=victim.user, type="webauthn", data={})
    for place in ("app/remove/", "codes/new/", f"passkeys/{passkey.pk}/remove/"):
        client.post(f"{FACTOR}{place}")
    assert list(kept.order_by("pk").values_list("pk", flat=True)) == [*before, passkey.pk]
