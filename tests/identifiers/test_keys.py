"""Keys: shown to their owner once asked for, and nowhere else."""

import io
import json
import logging
import pickle
import re

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from apps.audit.models import AuditEvent
from apps.identifiers.models import ApiIdentifier
from apps.resources.reads import catalogue
from tests.accounts.factors import FACTOR, code_of, set_up_app
from tests.conftest import signed_in
from tests.factories import ApiIdentifierFactory, MembershipFactory
from tests.rights.addresses import HTMX, page_url
from tests.work import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(member):
    return ApiIdentifierFactory(owner=member.user, made_in=member.company)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_show_reveals_it_once_and_is_recorded(client, base, mine, headers):
    assert mine.key.reveal() not in client.get(base).text
    answer = client.post(f"{base}{mine.pk}/key/", headers=headers)
    assert mine.key.reveal() in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert mine.key.reveal() not in client.get(base).text
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject) == ("identifier:show", mine.user_id)


def test_copy_answers_the_key_alone_and_is_recorded(client, base, mine):
    answer = client.post(f"{base}{mine.pk}/key/copy/", headers=HTMX)
    assert answer.text == mine.key.reveal()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert AuditEvent.objects.get().verb == "identifier:copy"


@pytest.mark.parametrize("what", ["key", "key/copy"])
def test_after_a_quarter_of_an_hour_the_password_is_asked_for_again(
    client, base, mine, what, settings, sign_in, member
):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = client.post(
        f"{base}{mine.pk}/{what}/", headers={"Referer": f"http://testserver{base}"}
    )
    assert answer["Location"] == f"/accounts/reauthenticate/?next={base}"
    swapped = client.post(
        f"{base}{mine.pk}/{what}/", headers=HTMX | {"HX-Current-URL": f"http://testserver{base}"}
    )
    assert swapped["HX-Redirect"] == f"/accounts/reauthenticate/?next={base}"
    assert mine.key.reveal() not in answer.text + swapped.text
    assert not AuditEvent.objects.exists()


def test_the_password_opens_it_again(sign_in, member, base, mine):
    client = sign_in(member.user)  # a session that knows of no password
    asked = client.post(f"{base}{mine.pk}/key/", headers={"Referer": f"http://testserver{base}"})
    back = client.post(asked["Location"], {"password": "a-password-for-tests"})
    assert back["Location"] == base
    assert mine.key.reveal() in client.post(f"{base}{mine.pk}/key/").text


@pytest.mark.parametrize(("what", "headers"), [("key", {}), ("key", HTMX), ("key/copy", HTMX)])
def test_whoever_has_a_second_factor_confirms_by_it(member, base, mine, what, headers):
    """The password, given a moment ago, is not enough; a factor, given as long ago, is."""
    client, other = signed_in(member.user), signed_in(member.user)
    app, _codes = set_up_app(other)
    came = headers | {"Referer": f"http://testserver{base}"}
    answer = client.post(f"{base}{mine.pk}/{what}/", headers=came)
    assert (answer.headers.get("HX-Redirect") or answer["Location"]).startswith(f"{FACTOR}again/")
    assert mine.key.reveal() not in answer.text
    client.post(f"{FACTOR}again/", {"code": code_of(app)})
    assert mine.key.reveal() in client.post(f"{base}{mine.pk}/{what}/", headers=headers).text


@pytest.mark.parametrize("what", ["key", "key/copy"])
def test_nobody_elses_key_is_shown(company, editor, base, what):
    theirs = ApiIdentifierFactory(owner=MembershipFactory(company=company).user)
    client = signed_in(editor.user)
    answer = client.post(f"{base}{theirs.pk}/{what}/")
    assert answer.status_code == 404
    assert not AuditEvent.objects.exists()


def test_a_key_that_nothing_opens_is_named_and_shows_nothing(client, base, mine, settings, caplog):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    answer = client.post(f"{base}{mine.pk}/key/")
    assert answer.status_code == 409
    assert f"The Key of {mine.user_id} cannot be read." in answer.text
    assert mine.user_id in caplog.text
    assert client.get(base).status_code == 200
    assert not AuditEvent.objects.exists()


def test_it_is_encrypted_in_the_table(mine):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM identifiers_apiidentifier")
        stored = cursor.fetchone()[0]
    assert mine.key.reveal() not in stored
    assert stored.startswith("gAAAA")


def test_no_key_is_anywhere_but_in_the_answer_that_was_asked_for(
    client, member, company, base, settings
):
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    editor = signed_in(MembershipFactory(company=company, editor=True).user)
    seen = []

    def ask(person, method, path, data=None, **extra):
        answer = getattr(person, method)(path, data or {}, follow=True, **extra)
        seen.append((answer.text, json.dumps(answer.redirect_chain), str(answer.headers)))
        return answer.text

    once = re.search(r'name="once" value="([^"]+)"', ask(client, "get", base)).group(1)
    ask(client, "post", f"{base}create/", {"once": once})
    mine = ApiIdentifier.objects.get()
    for what, sent in {
        "edit": {"note": "n", "purpose": "api", "valid_until": "2099-01-01T00:00"},
        "pause": {},
        "resume": {},
        "replace": {"once": "00000000-0000-4000-8000-000000000000", "end": "week"},
    }.items():
        ask(client, "post", f"{base}{mine.pk}/{what}/", sent)
        ask(client, "post", f"{base}{mine.pk}/{what}/", sent, headers=HTMX)
    ask(editor, "post", f"{base}{mine.pk}/stop/")
    ask(editor, "get", base)
    ask(editor, "post", f"{base}{mine.pk}/allow/")
    ask(client, "get", f"{base}{mine.pk}/deactivate/")
    ask(editor, "get", page_url(company))  # kept compressed, where nothing would be found
    revealed = (
        client.post(f"{base}{mine.pk}/key/").text + client.post(f"{base}{mine.pk}/key/copy/").text
    )
    ask(client, "get", base)
    ask(client, "post", f"{base}{mine.pk}/deactivate/")
    logging.getLogger().removeHandler(handler)
    keys = [key.reveal() for key in ApiIdentifier.objects.values_list("key", flat=True)]
    assert len(keys) == 2
    kept = pickle.dumps(catalogue())
    told = [f"{event.before}{event.after}{event.subject}" for event in AuditEvent.objects.all()]
    everything = str(seen) + log.getvalue() + str(told) + str(kept)
    everything += str([message.message() for message in mails()])
    everything += str([dict(person.session) for person in (client, editor)])
    assert revealed.count(mine.key.reveal()) == 2
    assert not [key for key in keys if key in everything]


def test_a_pressed_button_asks_for_the_password_in_a_window_that_says_why(
    client, base, mine, settings
):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    page = {"HX-Current-URL": f"http://testserver{base}", "HX-Trigger": f"show-{mine.pk}"}
    asked = client.post(f"{base}{mine.pk}/key/", headers=HTMX | page)
    assert (asked["HX-Retarget"], asked["HX-Reswap"]) == ("#window", "innerHTML")
    assert "Enter your password to see a Key" in asked.text
    assert f'name="next" type="hidden" value="{base}"' in asked.text
    assert 'autocomplete="username"' in asked.text
    assert mine.key.reveal() not in asked.text
