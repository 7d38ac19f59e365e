"""About a resource says what the endpoint would say of a call of the integration, and of whom."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.calls.reads import chosen
from apps.companies.rules import Function, Level
from apps.gateway import reads
from apps.resources.reads import board
from tests.calls.conftest import choice
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)

pytestmark = pytest.mark.django_db
LEVELS = {Function.PAYROLL: Level.EDIT}
# session, user, membership, the rights with the catalogue, who decided, identifiers
ABOUT = 6


@pytest.fixture
def about(sign_in, editor, company):
    """Return a function that gives what is said of a resource to the company's editor."""
    client, address = sign_in(editor.user), reverse("about_resource", args=[company.business_id])

    def about(integration, code):
        return client.get(address, {"integration": integration.public_id, "resource": code})

    return about


@pytest.fixture
def linked(company, severa):
    """Return a function that makes an identifier for Severa whose owner has some roles."""

    def linked(*roles, where=None, **more):
        owner = MembershipFactory(company=where or company, levels=LEVELS, roles=roles).user
        made = {"owner": owner, "made_in": where or company, "integration": severa}
        return ApiIdentifierFactory(**made, **more)

    return linked


def test_it_is_the_sentence_of_check_a_call(about, check, linked, company, severa, catalogue):
    identifier = linked()
    for allowed in ([], ["getemployee.nv"]):
        company.listings.all().delete()
        ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, allowed))
        said = about(severa, "getemployee.nv").context["page"].call
        page = check(**choice(identifier, severa, "getemployee.nv")).context["page"]
        [one] = said.linked
        assert one.passes is page.decision.allowed is False
        assert page.verdicts[-1].said == f"The call would be refused now. {one.said}"
    assert said.said == "Severa is in the list, and Get employee is allowed for it."


def test_working_identifiers_that_are_for_it_are_named(about, linked, company, severa, catalogue):
    allowed = set_of(catalogue, ["getemployee.nv"])
    ListingFactory(company=company, integration=severa, allowed=allowed)
    payroll, other = linked("P"), linked()
    hidden = [linked(paused_at=timezone.now()), linked(where=CompanyFactory())]
    asked = about(severa, "getemployee.nv")
    found = asked.context["page"].call.linked
    assert {one.user_id: one.passes for one in found} == {
        payroll.user_id: True,
        other.user_id: False,
    }
    assert "needs an owner with the role Payroll accountant (P)" in asked.text
    assert not [one for one in hidden if one.user_id in asked.text]


def test_the_facts_are_those_of_the_endpoint(access, linked, company, severa, catalogue):
    linked("P"), linked(), linked(purpose="excel", valid_until=timezone.now().replace(year=2999))
    ListingFactory(company=company, integration=severa, allowed=set_of(catalogue, ["customer.nv"]))
    resource = catalogue.by_code["getemployee.nv"]
    facts = reads.facts_of(access, severa, board(access, catalogue), resource)
    found = reads.linked(access, severa, facts)
    assert len(found) == 3
    for one in found:
        asked, _catalogue = chosen(access, one.user_id, severa.public_id, resource.code)
        assert one.facts == asked.found(timezone.now()).facts(accepted=True)


@pytest.mark.parametrize("count", [1, 20])
def test_statements_are_flat(about, linked, company, severa, count, django_assert_num_queries):
    ListingFactory(company=company, integration=severa)
    for _ in range(count):
        linked()
    about(severa, "customer.nv")
    with django_assert_num_queries(ABOUT):
        about(severa, "customer.nv")
