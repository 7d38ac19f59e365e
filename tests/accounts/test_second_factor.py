"""Signing in with a second factor: an app, recovery codes, browsers that are remembered."""

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client, TestCase

from apps.core.fields import UnreadableValueError
from apps.security.models import SecurityEvent
from tests.accounts.factors import CONFIRM, FACTOR, code_of, confirm, is_in, password, set_up_app
from tests.accounts.passkeys import Device
from tests.conftest import signed_in
from tests.factories import UserFactory

END = "/accounts/security/end/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(email="person@test.example")


@pytest.fixture
def mine(user):
    """A browser in which the person has signed in by password alone."""
    return signed_in(user)


@pytest.fixture
def app(mine):
    """The key of the person's app, and the recovery codes."""
    return set_up_app(mine)


@pytest.fixture
def key(app):
    return app[0]


@pytest.fixture
def codes(app):
    return app[1]


def test_signing_in_with_an_app_takes_two_steps(client, user, key):
    assert password(client, user)["Location"] == CONFIRM
    assert not is_in(client)
    assert confirm(client, code_of(key))["Location"] == f"{FACTOR}remember/"
    assert client.post(f"{FACTOR}remember/", {"action": "skip"})["Location"] == "/"
    assert is_in(client)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(client, user, key, steps):
    password(client, user)
    assert confirm(client, code_of(key, steps=steps)).status_code == 302


@pytest.mark.parametrize("steps", [-3, 3])
def test_and_no_more(client, user, key, steps):
    password(client, user)
    assert "That did not work." in confirm(client, code_of(key, steps=steps)).text


def test_a_recovery_code_signs_in_once(user, codes):
    assert len(codes) == len(set(codes)) == 10
    for client, worked in ((Client(), 302), (Client(), 200)):
        password(client, user)
        assert confirm(client, codes[3]).status_code == worked
    assert SecurityEvent.objects.filter(verb="recovery_used").count() == 1


def test_a_code_of_the_app_works_once(user, key):
    code = code_of(key)
    for client, worked in ((Client(), 302), (Client(), 200)):
        password(client, user)
        assert confirm(client, code).status_code == worked


def test_the_code_that_set_up_the_app_is_used_by_it(client, user, mine):
    page = mine.get(f"{FACTOR}app/").text
    [key] = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    mine.post(f"{FACTOR}app/", {"code": (code := code_of(key))})
    password(client, user)
    assert confirm(client, code).status_code == 200


def test_guesses_are_few_and_counted_by_person_not_by_browser(user, key):
    for n in range(11):
        client = Client(REMOTE_ADDR=f"192.0.2.{n}")
        password(client, user)
        said = confirm(client, "000000").text
    assert re.search(r"Too many tries\. You can try again at \d\d:\d\d\.", said)
    confirm(client, code_of(key))
    assert not is_in(client)
    assert SecurityEvent.objects.filter(verb="locked_out", person_id=user.pk).count() == 2


def test_right_codes_are_not_counted(user, codes):
    """There are ten of them, so ten guesses are left for an eleventh sign-in."""
    for code in codes:
        password(client := Client(), user)
        assert confirm(client, code).status_code == 302
    password(client := Client(), user)
    assert "That did not work." in confirm(client, codes[0]).text


def test_a_browser_is_remembered_for_thirty_days(client, user, key):
    password(client, user)
    confirm(client, code_of(key))
    client.post(f"{FACTOR}remember/", {"action": "trust"})
    assert client.cookies["remembered"]["max-age"] == 30 * 24 * 3600
    client.post("/accounts/logout/")
    assert password(client, user)["Location"] == "/"


@pytest.mark.parametrize("ended", ["all", "1"])
def test_ending_browsers_forgets_those_that_are_remembered(client, user, mine, codes, ended):
    password(client, user)
    confirm(client, codes[0])
    client.post(f"{FACTOR}remember/", {"action": "trust"})
    assert "ask for your passkey or a code" in mine.post(END, {"browser": ended}, follow=True).text
    client.post("/accounts/logout/")
    assert password(client, user)["Location"] == CONFIRM
    assert "That did not work." in confirm(client, codes[0]).text  # used is used
    assert confirm(client, codes[1]).status_code == 302


def test_what_is_kept_of_an_app_is_encrypted_and_gone_from_the_session(mine, key, codes):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert "gAAAA" in stored
    assert not [secret for secret in (key, *codes) if secret in stored]
    assert key not in str(dict(mine.session))


def rotate():
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_secrets_of_factors_are_rotated_and_the_old_key_can_go(client, user, app, settings):
    key, codes = app
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert "mfa.Authenticator.data: 2 encrypted anew, 0 were current, 0 left" in rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert "mfa.Authenticator.data: 0 encrypted anew, 2 were current, 0 left" in rotate()
    for code in (code_of(key), codes[0]):
        password(browser := Client(), user)
        assert confirm(browser, code).status_code == 302


def test_a_secret_that_no_key_opens_lets_nobody_in(client, user, key, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    password(client, user)
    with pytest.raises(UnreadableValueError):
        confirm(client, code_of(key))
    assert not is_in(client)


def test_nothing_secret_is_logged_or_recorded(client, user, app, caplog):
    caplog.set_level("DEBUG")
    key, codes = app
    password(client, user)
    tried = ["123456", codes[0]]
    for code in tried:
        confirm(client, code)
    recorded = str(list(SecurityEvent.objects.values()))
    assert not [one for one in (key, *codes, *tried) if one in caplog.text + recorded]


def test_what_happens_to_factors_is_recorded(user, mine, key):
    with TestCase.captureOnCommitCallbacks(execute=True):
        mine.post(f"{FACTOR}codes/new/")
    mine.post(f"{FACTOR}app/remove/")
    told = SecurityEvent.objects.filter(person_id=user.pk).order_by("pk")
    assert list(told.values_list("verb", "about")) == [
        ("factor_added", "totp"),
        ("recovery_renewed", ""),
        ("factor_removed", "totp"),
    ]
    assert not Authenticator.objects.exists()


def test_going_back_to_a_passkey_that_was_removed_leads_to_those_that_there_are(user, mine):
    Device(user).add(mine)
    page = f"{FACTOR}passkeys/{Authenticator.objects.get(type='webauthn').pk}/remove/"
    assert mine.get(page).status_code == 200
    mine.post(page)
    for answer in (mine.get(page), mine.post(page)):
        assert answer["Location"] == FACTOR
    assert "This passkey has been removed already." in mine.get(FACTOR).text


def test_other_browsers_are_signed_out_once_the_last_factor_is_gone(client, user, mine, codes):
    password(client, user)
    confirm(client, codes[0])
    client.post(f"{FACTOR}remember/", {"action": "skip"})
    assert client.get("/accounts/security/").status_code == 200
    mine.post(f"{FACTOR}app/remove/")
    assert mine.get("/accounts/security/").status_code == 200
    assert client.get("/accounts/security/").status_code == 302


def test_other_browsers_stay_signed_in_while_a_factor_is_left(client, user, mine, codes):
    Device(user).add(mine)
    password(client, user)
    confirm(client, codes[0])
    client.post(f"{FACTOR}remember/", {"action": "skip"})
    mine.post(f"{FACTOR}app/remove/")
    assert [one.type for one in Authenticator.objects.exclude(type="recovery_codes")] == [
        "webauthn"
    ]
    assert client.get("/accounts/security/").status_code == 200


def test_the_codes_are_shown_once(mine, codes):
    page = mine.get(f"{FACTOR}codes/").text
    assert "were shown once already" in page
    assert not [code for code in codes if code in page]


def test_a_passkey_that_nobody_has_does_not_sign_in(client):
    asked = client.get(f"{FACTOR}passkeys/sign-in/", headers={"Accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
    for sent in ("", "{}", "[]", "1", '{"id": "AA", "rawId": "AA", "response": {}}'):
        answer = client.post(f"{FACTOR}passkeys/sign-in/", {"credential": sent})
        assert answer["Location"] == "/accounts/login/"
    assert not is_in(client)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Confirm that it is you"), ("fi", "Vahvista"), ("sv", "Bekräfta")],
)
def test_the_second_step_speaks_ones_language(client, user, key, language, said):
    password(client, user)
    assert said in client.get(CONFIRM, headers={"Accept-Language": language}).text
