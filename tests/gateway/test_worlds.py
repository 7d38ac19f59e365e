"""In random worlds the gateway says what the rights page and the list of identifiers say."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.access import enter
from apps.companies.models import Membership
from apps.companies.rules import Function, Level, Role
from apps.gateway import reads, rules
from apps.gateway.rules import Check
from apps.gateway.signing import Algorithm, Question
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.resources.models import Listing
from apps.resources.reads import board
from apps.resources.rules import ResourceSet
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db
WORLDS = 60
NOW = timezone.now()


@pytest.fixture
def dice():
    return random.Random(1)  # noqa: S311 - the same worlds in every run


def question(identifier, integration, company):
    """Return a question as if it had been signed."""
    return Question(
        target="/",
        sender="s",
        customer=identifier.user_id,
        partner=integration.partner_id,
        timestamp="",
        unix="0",
        transaction="t",
        mac="0",
        algorithm=Algorithm.HMACSHA256,
        language="EN",
        company=company.business_id,
    )


def decision(asked, code):
    """Return the verdict on a question whose signature is right and fresh."""
    found = reads.found(asked, code, timezone.now())
    return rules.decide(
        rules.Facts(
            caller=found.caller,
            holder=found.holder,
            accepted=True,
            signed=True,
            timely=True,
            unique=True,
            package=found.package,
            resource=found.resource,
            own=found.own,
            general=found.general,
        )
    )


def some(dice, resources):
    """Return a random set of resources."""
    return ResourceSet(one.position for one in resources if dice.random() < 0.5)


def test_what_the_rights_page_shows_is_what_happens(catalogue, dice):
    resources = catalogue.resources
    for _ in range(WORLDS):
        company = CompanyFactory(package=dice.choice(["premium", "payroll"]))
        member = MembershipFactory(company=company, roles=["P"], editor=True)
        identifier = ApiIdentifierFactory(owner=member.user, made_in=company)
        limit = some(dice, resources) if dice.random() < 0.5 else None
        integration = IntegrationFactory(available_only=limit)
        for whose in (integration, None):
            if dice.random() < 0.6:
                allowed = some(dice, resources)
                Listing.objects.create(company=company, integration=whose, allowed=allowed)
        standings = board(enter(member, member.user), catalogue)
        standing = standings.of(integration)
        decides = standing if standing.listed else standings.of(None)
        in_force = standing.usable & decides.allowed
        asked = question(identifier, integration, company)
        for one in resources:
            assert decision(asked, one.code).allowed is (one.position in in_force), one.code


MEMBERS = [
    {},
    {"levels": {}},
    {"levels": {"no_such_function": "edit"}},
    {"levels": {"vouchers": "no_such_level"}},
    {"roles": [Role.KH], "levels": {}},
    {"valid_until": NOW - timedelta(days=1)},
    {"valid_from": NOW + timedelta(days=1)},
    {"user__is_active": False},
]


@pytest.mark.parametrize("member", MEMBERS)
def test_what_works_in_a_company_is_what_its_list_says(catalogue, member):
    company, integration = CompanyFactory(), IntegrationFactory()
    levels = {Function.SALES_INVOICES: Level.EDIT}
    owner = MembershipFactory(company=company, **{"levels": levels, **member}).user
    made = {"owner": owner, "made_in": company}
    ApiIdentifierFactory(**made)
    ApiIdentifierFactory(**made, paused_at=NOW)
    ApiIdentifierFactory(**made, deactivated_at=NOW)
    ApiIdentifierFactory(**made, valid_until=NOW)
    stopped = ApiIdentifierFactory(**made)
    IdentifierStop.objects.create(company=company, identifier=stopped)
    working = set(ApiIdentifier.objects.at_work(company).values_list("pk", flat=True))
    for identifier in ApiIdentifier.objects.all():
        failed = decision(question(identifier, integration, company), "customer.nv").failed
        works = failed not in (Check.COMPANY, Check.WORKS_HERE)
        assert works is (identifier.pk in working), identifier.state
    assert Membership.objects.count() == 1
