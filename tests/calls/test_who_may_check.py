"""Who may check which call, and what is asked for wrongly."""

import re

import pytest
from django.utils import timezone

from apps.companies.rules import Function, Level
from apps.resources.models import Listing
from tests.calls.conftest import choice
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db
LEVELS = {Function.PAYROLL: Level.EDIT}
NOT_FOUND = "No request with this ID is in the log of this company."
NONE = "ZZZZ-ZZZZ-ZZZZ"


@pytest.fixture
def owner(company):
    return MembershipFactory(company=company, levels=LEVELS, user__name="Olga Owner")


@pytest.fixture
def identifier(company, owner):
    return ApiIdentifierFactory(owner=owner.user, made_in=company)


def test_an_owner_checks_calls_of_own_identifiers(check, company, owner, identifier, severa):
    other = ApiIdentifierFactory(owner=MembershipFactory(company=company).user, made_in=company)
    form = check(by=owner.user)
    assert identifier.user_id in form.text
    assert other.user_id not in form.text
    assert "page" in check(by=owner.user, **choice(identifier, severa, "customer.nv")).context
    asked = check(by=owner.user, **choice(other, severa, "customer.nv"))
    assert asked.status_code == 200
    assert "page" not in asked.context


def test_an_owner_is_told_of_own_requests_alone(send, check, company, owner, identifier, severa):
    colleague = MembershipFactory(company=company, levels=LEVELS).user
    answer = send(identifier, severa, "customer.nv")
    assert check(by=owner.user, request=answer.request).status_code == 200
    assert NOT_FOUND in check(by=colleague, request=answer.request).text


def test_an_owner_learns_nothing_of_who_changed_rights(
    send, check, change, owner, identifier, severa
):
    change(severa, "customer.nv", allow=False)
    answer = send(identifier, severa, "customer.nv")
    asked = check(by=owner.user, request=answer.request)
    assert "is blocked for it." in asked.text
    assert "Edith Editor" not in " ".join(asked.context["page"].mend.said)
    assert not asked.context["page"].mend.address
    assert "can allow it." in asked.context["page"].mend.said[-1]


def test_of_another_company_nothing_is_found(send, check, sign_in, editor, identifier, severa):
    elsewhere = CompanyFactory()
    MembershipFactory(company=elsewhere, user=identifier.owner, levels=LEVELS)
    answer = send(identifier, severa, "customer.nv", where=elsewhere)
    for request_id in (answer.request, NONE):
        asked = check(request=request_id)
        assert asked.status_code == 422
        assert NOT_FOUND in asked.text


def test_a_reader_is_shown_the_place_and_who_may(check, reader, identifier, severa, company):
    ListingFactory(company=company, integration=severa)
    page = check(by=reader.user, **choice(identifier, severa, "customer.nv")).context["page"]
    assert page.mend.label == "Open the switch"
    assert "can allow it." in page.mend.said[-1]


def test_a_custom_integration_that_is_not_in_the_list_stays_hidden(send, check, identifier):
    custom = IntegrationFactory(name_en="Secret Robot", custom=True)
    answer = send(identifier, custom, "customer.nv")
    for asked in (
        check(request=answer.request),
        check(**choice(identifier, custom, "customer.nv")),
    ):
        assert "Secret Robot" not in asked.text
        assert custom.public_id not in asked.text.replace(f"integration={custom.public_id}", "")
    Listing.objects.create(company=identifier.made_in, integration=custom)
    assert "Secret Robot" in check(request=answer.request).text


@pytest.mark.parametrize("typed", ["", "x", "ZZZZ-ZZZZ", "'; --", "\x00", "ZZZZ-ZZZZ-ZZZZ-Z"])
def test_what_is_no_request_id_gets_a_sentence_at_its_field(check, catalogue, typed):
    asked = check(request=typed)
    assert asked.status_code == 422
    assert "A request ID looks like this: 7K2M-9QXA-04TD." in asked.text
    assert 'aria-describedby="id_request_helptext id_request_error"' in asked.text


def test_an_id_is_found_however_it_was_copied(send, check, identifier, severa):
    answer = send(identifier, severa, "customer.nv")
    assert check(request=f" {answer.request.lower().replace('-', '')} ").status_code == 200


def test_what_was_not_chosen_is_said_at_its_field_and_the_rest_is_kept(check, identifier, severa):
    asked = check(**choice(identifier, severa, "") | {"at": "2999-01-01T00:00"})
    assert asked.status_code == 422
    assert "Choose a resource." in asked.text
    assert "Choose a time that is not in the future." in asked.text
    assert f'value="{identifier.user_id}" selected' in asked.text
    assert f'value="{severa.public_id}" selected' in asked.text


@pytest.mark.parametrize("name", ["identifier", "integration", "resource"])
def test_unknown_names_are_as_if_not_there(check, identifier, severa, name):
    asked = check(**choice(identifier, severa, "customer.nv") | {name: "nonsense"})
    assert asked.status_code == 200
    assert "page" not in asked.context
    assert "nonsense" not in asked.text


def test_no_key_is_shown_and_an_unsigned_call_only_claims(check, identifier, severa):
    text = check(**choice(identifier, severa, "customer.nv")).text
    assert "It claims to be from Severa." in text
    assert f"It claims to use {identifier.user_id}, whose owner is Olga Owner." in text
    assert identifier.key.reveal() not in text
    assert severa.partner_key.reveal() not in text
    assert not re.search(rf"\b{timezone.localtime():%Y}\b", text.split("<main")[1])


@pytest.mark.parametrize("logged", [True, False])
def test_who_may_not_change_it_reads_whom_to_ask(
    send, check, change, company, owner, identifier, severa, logged
):
    MembershipFactory(
        company=company, roles=["TPK"], user__name="Aino", user__email="aino@x.example"
    )
    MembershipFactory(company__name="Other", roles=["TPK"], user__name="Stranger")
    change(severa, "customer.nv", allow=False)
    answer = send(identifier, severa, "customer.nv")
    asked = {"request": answer.request} if logged else choice(identifier, severa, "customer.nv")
    page = check(by=owner.user, **asked).text
    assert re.findall(r"mailto:[^>]*>([^<]*)</a> \((\w+)\)", page) == [
        ("Aino", "TPK"),
        ("Edith Editor", "KH"),
    ]
    assert 'href="mailto:aino@x.example"' in page
    assert "Ask:" not in check(**asked).text
