"""Requests of published clients get the answers that the interface would give."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from apps.companies.models import Company, Membership
from apps.gateway import services
from apps.gateway.models import OlderSignature
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.resources.models import Integration, InterfaceResource, Listing
from apps.resources.rules import ResourceSet
from apps.usage.models import ApiRequest
from tests.gateway.conftest import REQUESTS, SENT

pytestmark = pytest.mark.django_db
CASES = {case["id"]: case for case in REQUESTS["cases"]}
GENUINE = CASES["heltti-py-get"]


@pytest.mark.parametrize("name", CASES)
def test_a_request_as_it_was_sent(account, older, ask, name):
    case = CASES[name]
    if case["after"]:
        assert ask(CASES[case["after"]]).status == 204
    answer = ask(case)
    if case["expect"]["allow"]:
        assert (answer.status, answer.code, answer.text) == (204, None, "")
    else:
        assert (answer.status, answer.code) == (case["expect"]["status"], case["expect"]["code"])


def test_an_older_signature_is_refused_until_the_company_accepts_it(account, ask):
    answer = ask(CASES["fastmonkeys-py-get"])
    assert answer.status == 401
    assert "older way of signing" in answer.text


def test_an_older_signature_is_refused_from_its_end_on(account, older, ask):
    OlderSignature.objects.update(until=SENT)
    assert ask(CASES["fastmonkeys-py-get"]).status == 401


def changed(dice, case):
    """Return headers and target of a request with one character of one of them changed."""
    headers, target = [list(header) for header in case["headers"]], case["target"]
    place = dice.randrange(len(headers) + 1)
    text = target if place == len(headers) else headers[place][1]
    at = dice.randrange(len(text))
    other = dice.choice([one for one in "0123456789abcdefXYZ-_" if one.lower() != text[at].lower()])
    text = text[:at] + other + text[at + 1 :]
    if place == len(headers):
        return headers, text
    headers[place][1] = text
    return headers, target


def test_no_changed_request_passes_or_is_logged_as_signed(account, older, ask):
    dice, refused = random.Random(1), 0  # noqa: S311 - the same in every run
    for number in range(1_000):
        case = CASES[dice.choice(["heltti-py-get", "heltti-py-post", "fastmonkeys-py-get"])]
        headers, target = changed(dice, case)
        if any("Codes" in name and [name, value] not in case["headers"] for name, value in headers):
            continue  # not signed, and ours answers with real codes whatever it says
        answer = ask(case, headers=headers, target=target)
        assert answer.status == 401, (number, headers, target)
        refused += 1
    assert refused > 900
    assert not ApiRequest.objects.exists()
    assert sum(services.tally.take().values()) == refused


def test_a_request_passes_once(account, ask):
    assert ask(GENUINE).status == 204
    again = ask(GENUINE)
    assert (again.status, again.code) == (401, "REQUEST_NOT_UNIQUE")
    assert ApiRequest.objects.count() == 1


def test_a_refused_request_uses_up_its_id(account, ask):
    Listing.objects.update(allowed=ResourceSet())
    assert ask(GENUINE).status == 403
    assert ask(GENUINE).code == "REQUEST_NOT_UNIQUE"


def test_what_was_asked_is_written_down(account, ask):
    answer = ask(CASES["heltti-py-get-query"])
    row = ApiRequest.objects.get()
    assert (row.request_id, row.failed, row.reason) == (answer.request, "", "")
    assert (row.resource, row.parameters, row.method) == ("customerlist.nv", "Keyword", "GET")
    assert row.identifier == account.pk
    assert row.company == account.made_in_id
    assert "Koe" not in "".join(str(value) for value in vars(row).values())


CHANGES = {
    "the right": lambda: Listing.objects.update(allowed=ResourceSet()),
    "paused": lambda: ApiIdentifier.objects.update(paused_at=SENT),
    "deactivated": lambda: ApiIdentifier.objects.update(deactivated_at=SENT),
    "ended": lambda: ApiIdentifier.objects.update(valid_until=SENT),
    "membership ended": lambda: Membership.objects.update(valid_until=SENT),
    "no function": lambda: Membership.objects.update(levels={}),
    "package": lambda: Company.objects.update(package="basic"),
    "retired": lambda: InterfaceResource.objects.update(retired=True),
    "role": lambda: InterfaceResource.objects.update(owner_role="P"),
    "not available": lambda: Integration.objects.update(available_only=ResourceSet()),
    "stopped": lambda: IdentifierStop.objects.create(
        company=Company.objects.get(), identifier=ApiIdentifier.objects.get()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_holds_for_the_next_request(account, ask, change):
    CHANGES[change]()
    answer = ask(GENUINE)
    assert (answer.status, answer.code) == (403, "SERVICE_ACCESS_ERROR")
    assert answer.request in answer.text
    assert ApiRequest.objects.get().failed


def test_nobody_learns_which_companies_there_are(account, ask):
    Membership.objects.all().delete()
    without = ask(GENUINE)
    assert without.status == 401
    assert "does not belong to company 1234567-1" in without.text


def test_an_unlisted_integration_goes_by_the_general_rights(account, ask):
    listing = Listing.objects.get()
    Listing.objects.update(integration=None)
    assert ask(GENUINE).status == 204
    Listing.objects.update(allowed=ResourceSet())
    assert "blocked in general" in ask(CASES["heltti-py-get-query"]).text
    assert listing.allowed


@pytest.mark.parametrize(
    ("case", "count"), [("heltti-py-get", 2), ("heltti-py-wrong-customer-key", 1)]
)
def test_statements(account, ask, django_assert_num_queries, case, count):
    ask(CASES[case])
    services.tally.take()
    ApiRequest.objects.all().delete()
    with django_assert_num_queries(count):
        ask(CASES[case])


def test_what_has_no_plain_form_costs_no_statement(account, ask, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask(CASES["heltti-py-get-no-mac"]).status == 401


def test_a_request_of_long_ago_stands_at_its_arrival(account, ask):
    answer = ask(GENUINE, now=SENT + timedelta(days=3))
    assert answer.status == 401
    row = ApiRequest.objects.get()
    assert (row.failed, row.replay_key) == ("time", None)
    assert row.day == (SENT + timedelta(days=3)).date()


def test_a_damaged_row_refuses_without_a_reason(account, ask):
    Listing.objects.update(allowed=b"short")
    answer = ask(GENUINE)
    assert (answer.status, answer.code) == (503, "TECHNICAL_ERROR")


MEDDLE = """
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NEW; END $$;
CREATE TRIGGER meddle BEFORE INSERT ON usage_apirequest FOR EACH ROW EXECUTE FUNCTION meddle()
"""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such triggers")
@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("RAISE WARNING 'the disk is nearly full'", "TECHNICAL_ERROR"),
        ("RAISE NOTICE 'something'", "TECHNICAL_ERROR"),
        ("RETURN NULL", "REQUEST_NOT_UNIQUE"),
    ],
)
def test_what_is_not_plainly_written_down_does_not_pass(account, ask, does, code):
    with connection.cursor() as cursor:
        cursor.execute(MEDDLE.format(does))
    assert ask(GENUINE).code == code
