"""Every address, asked by everybody: who gets in, who is told why not, who finds nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import ApiIdentifierFactory, MembershipFactory, UserFactory
from tests.nets import rendering_outside_transactions
from tests.rights.addresses import HTMX
from tests.test_architecture import PUBLIC, addresses, parts_of

SIGN_IN, OK, MOVED, REFUSED, NOTHING, WRONG, CONFLICT, BAD = 302, 200, 302, 403, 404, 405, 409, 422

PEOPLE = ["stranger", "outsider", "other_office", "ended", "norights", "reader", "editor", "tpk"]
COMPANY = [SIGN_IN, NOTHING, NOTHING, REFUSED, OK, OK, OK, OK]
VIEW = [SIGN_IN, NOTHING, NOTHING, REFUSED, REFUSED, OK, OK, OK]
HISTORY = [SIGN_IN, NOTHING, NOTHING, REFUSED, REFUSED, REFUSED, OK, OK]
EDIT = [SIGN_IN, NOTHING, NOTHING, REFUSED, REFUSED, REFUSED, OK, OK]
OFFICE = [SIGN_IN, REFUSED, OK, REFUSED, REFUSED, REFUSED, REFUSED, OK]
# TPK alone founds nothing: that needs to be one of an office's people.
FOUND = [SIGN_IN, *[REFUSED] * 7]
# Of bulk changes one sees only one's own.
NOT_OWN = [SIGN_IN, REFUSED, NOTHING, REFUSED, REFUSED, REFUSED, REFUSED, NOTHING]


def edit(answer):
    """Return the row of an address that only editors get an answer from."""
    return [*EDIT[:-2], answer, answer]


# Creating needs edit level on any function, which readers lack.
EDIT_LEVEL = [*EDIT[:-2], MOVED, MOVED]


def others(answer):
    """Return the row of an address about an identifier that none of these people owns."""
    return [*COMPANY[:4], *[answer] * 4]


# method, data, and the answer for each of PEOPLE
MATRIX = {
    "company_home": ("get", {}, COMPANY),
    "company_help": ("get", {}, COMPANY),
    "office": ("get", {}, OFFICE),
    "office_csv": ("get", {}, OFFICE),
    "new_client": ("post", {"name": "New"}, FOUND),
    "bulk": ("get", {}, OFFICE),
    "bulk_change": ("get", {}, NOT_OWN),
    "bulk_csv": ("get", {}, NOT_OWN),
    "bulk_progress": ("get", {}, NOT_OWN),
    "start_bulk": ("post", {}, NOT_OWN),
    "stop_bulk": ("post", {}, NOT_OWN),
    "resume_bulk": ("post", {}, NOT_OWN),
    "put_back_bulk": ("post", {}, NOT_OWN),
    "rights": ("get", {}, VIEW),
    "integration_rights": ("get", {}, VIEW),
    "rights_csv": ("get", {"find": "customer"}, VIEW),
    "integration_rights_csv": ("get", {}, VIEW),
    "ask_general": ("post", {"allow": "customer.nv"}, edit(OK)),
    "about_resource": ("get", {"resource": "customer.nv"}, VIEW),
    "filter_rights": ("get", {"find": "customer"}, VIEW),
    "integration_filter_rights": ("get", {"show": "blocked"}, VIEW),
    "about_integration": ("get", {}, VIEW),
    "undo_rights": ("post", {"event": "1"}, edit(NOTHING)),
    "integration_undo_rights": ("post", {"event": "1"}, edit(NOTHING)),
    "rights_row": ("get", {"open": "customer.nv"}, VIEW),
    "search_integrations": ("get", {"name": "s"}, EDIT),
    "set_rights": ("post", {"allow": "customer.nv"}, edit(MOVED)),
    "integration_set_rights": ("post", {"allow": "customer.nv"}, edit(MOVED)),
    "find_integration": ("post", {"access_key": "0"}, edit(BAD)),
    "block_traffic": ("post", {}, edit(MOVED)),
    "older_signatures": ("get", {}, VIEW),
    "accept_signature": ("post", {"algorithm": "SHA256", "last_day": "soon"}, edit(BAD)),
    "end_signature": ("post", {"algorithm": "SHA256"}, edit(MOVED)),
    "reopen": ("get", {}, EDIT),
    "ask_reopen": ("post", {"resource": "customer.nv"}, edit(CONFLICT)),
    "ask_reopen_several": ("post", {"listing": "x:"}, edit(BAD)),
    "reopen_several": ("post", {"listing": "x:"}, edit(BAD)),
    "ask_leave": ("post", {"resource": "customer.nv"}, edit(CONFLICT)),
    "reopen_rights": ("post", {"resource": "customer.nv"}, edit(CONFLICT)),
    "leave_blocked": ("post", {"resource": "customer.nv"}, edit(CONFLICT)),
    "api_identifiers": ("get", {}, COMPANY),
    "excel_identifiers": ("get", {}, COMPANY),
    "create_identifier": ("post", {}, EDIT_LEVEL),
    "create_excel_identifier": ("post", {}, EDIT_LEVEL),
    "api_identifier": ("get", {}, others(NOTHING)),
    "show_key": ("post", {}, others(MOVED)),
    "copy_key": ("post", {}, others(MOVED)),
    "edit_identifier": ("get", {}, others(NOTHING)),
    "describe_identifier": ("post", {}, others(NOTHING)),
    "pause_identifier": ("post", {}, others(NOTHING)),
    "resume_identifier": ("post", {}, others(NOTHING)),
    "deactivate_identifier": ("get", {}, others(NOTHING)),
    "replace_identifier": ("get", {}, [*EDIT[:-2], NOTHING, NOTHING]),
    "users": ("get", {}, EDIT),
    "edit_user": ("get", {}, edit(OK)),
    "remove_user": ("get", {}, edit(OK)),
    # Adding people asks for the password first.
    "invite_user": ("get", {}, edit(MOVED)),
    "copy_rights": ("get", {}, edit(MOVED)),
    "lost_factor": ("get", {}, edit(MOVED)),
    "cancel_reset": ("post", {}, edit(MOVED)),
    "send_invitation_again": ("post", {}, edit(MOVED)),
    "withdraw_invitation": ("post", {}, edit(NOTHING)),
    "stop_identifier": ("post", {}, edit(MOVED)),
    "allow_identifier": ("post", {}, edit(MOVED)),
    # Severa is not in the list.
    "receipts": ("get", {}, VIEW),
    "receipt": ("get", {}, [*VIEW[:-3], NOTHING, NOTHING, NOTHING]),
    "still_right": ("post", {}, edit(NOTHING)),
    "calls": ("get", {}, VIEW),
    "calls_csv": ("get", {}, VIEW),
    "allow_refused": ("post", {}, edit(NOTHING)),
    "block_unused": ("post", {}, edit(CONFLICT)),
    "undo_calls": ("post", {"event": "1"}, edit(NOTHING)),
    "mail_refusals": ("post", {}, [*VIEW[:-3], MOVED, MOVED, MOVED]),
    "check_call": ("get", {}, COMPANY),
    "check_signature": ("get", {}, COMPANY),
    # Whoever changes the days confirms who they are first.
    "factor_days": ("get", {}, edit(MOVED)),
    "record": ("get", {}, EDIT),
    "record_csv": ("get", {}, EDIT),
    "history": ("get", {}, HISTORY),
    "history_csv": ("get", {}, HISTORY),
    "allow_again": ("post", {}, edit(MOVED)),
    "put_back": ("post", {"event": "1"}, edit(NOTHING)),
    "rights_on": ("get", {}, HISTORY),
    "rights_on_csv": ("get", {}, HISTORY),
}


@pytest.fixture
def clients(sign_in, company, editor, reader):
    """A client for each of PEOPLE."""
    people = {
        "outsider": UserFactory(),
        "other_office": MembershipFactory(editor=True, roles=["TPK", "KH", "KP"]).user,
        "ended": MembershipFactory(
            company=company, editor=True, valid_until=timezone.now() - timedelta(minutes=1)
        ).user,
        "norights": MembershipFactory(company=company, roles=["KH"], levels={}).user,
        "reader": reader.user,
        "editor": editor.user,
        "tpk": MembershipFactory(company=company, editor=True, roles=["TPK"]).user,
    }
    return {"stranger": Client()} | {name: sign_in(user) for name, user in people.items()}


def pattern_of(name):
    """Return the address with a name."""
    return next(pattern for pattern in addresses() if pattern.name == name)


def test_the_matrix_has_every_address():
    assert set(MATRIX) | set(PUBLIC) == {pattern.name for pattern in addresses()}


@pytest.fixture
def _nets(settings):
    """Let no template ask, none be rendered under a lock, and no secret be readable at all."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.nets.RendersWithoutAsking"]
    with rendering_outside_transactions():
        yield


@pytest.mark.usefixtures("_nets")
@pytest.mark.parametrize("name", MATRIX)
def test_who_gets_in(clients, company, severa, settings, name):
    method, data, answers = MATRIX[name]
    member = MembershipFactory(company=company)
    identifier = ApiIdentifierFactory(owner=member.user)
    known = {
        "member": member.pk,
        "invitation": 1,
        "business_id": company.business_id,
        "public_id": severa.public_id,
        "pk": identifier.pk,
        "change": uuid4(),
    }
    url = reverse(name, kwargs={part: known[part] for part in parts_of(pattern_of(name))})
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]  # so that whatever is opened fails
    got = [getattr(clients[person], method)(url, data).status_code for person in PEOPLE]
    assert dict(zip(PEOPLE, got, strict=True)) == dict(zip(PEOPLE, answers, strict=True))
    if method == "post":  # a fragment is not rendered under the lock either
        assert clients["editor"].post(url, data, headers=HTMX).status_code < 500


def test_only_changes_answer_a_post(clients, company, severa):
    """A page that somebody posts to answers 405, to insiders and outsiders alike."""
    for pattern in addresses():
        if getattr(pattern.callback, "changes", None) is False:
            known = {"business_id": company.business_id, "public_id": severa.public_id, "pk": 1}
            known |= {"change": uuid4()}
            url = reverse(pattern.name, kwargs={part: known[part] for part in parts_of(pattern)})
            for person in ("editor", "outsider"):
                assert clients[person].post(url).status_code == WRONG, pattern.name


def test_strangers_see_only_what_is_public(db):
    stranger = Client()
    assert stranger.get("/").status_code == SIGN_IN
    assert stranger.get("/companies/").status_code == SIGN_IN
    assert stranger.get("/admin/").status_code == SIGN_IN
    assert stranger.get("/accounts/login/").status_code == OK
    assert stranger.get("/language/").status_code == WRONG


@pytest.mark.parametrize("name", PUBLIC)
def test_no_session_begins_because_a_stranger_looks(name, client, db):
    filled = {
        part: "1" for pattern in addresses() if pattern.name == name for part in parts_of(pattern)
    }
    client.get(reverse(name, kwargs=filled))
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert not Session.objects.exists()
