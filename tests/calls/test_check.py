"""Check a call says what the endpoint says, in random worlds, of every verdict."""

import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.companies.rules import Function, Level
from apps.gateway.models import OlderSignature
from apps.gateway.rules import Check, Why
from apps.identifiers.models import IdentifierStop
from apps.identifiers.rules import Hindrance
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet, Verdict
from apps.usage.models import ApiRequest
from apps.usage.services import make_parts
from tests.calls.conftest import choice
from tests.factories import ApiIdentifierFactory, IntegrationFactory, MembershipFactory

pytestmark = pytest.mark.django_db
WORLDS = 200
DAY = timedelta(days=1)
NOW = timezone.now()
MEMBERS = [
    *[{"levels": {Function.PAYROLL: Level.EDIT}}] * 3,
    {"roles": ["P"], "levels": {Function.PAYROLL: Level.VIEW}},
    {"levels": {}},
    {"valid_until": NOW - DAY},
    {"valid_from": NOW + DAY},
    {"user__is_active": False},
]
IDENTIFIERS = [
    *[{}] * 6,
    {"paused_at": NOW},
    {"deactivated_at": NOW},
    {"valid_until": NOW},
    {"purpose": "excel", "valid_until": NOW + DAY},
]
SEEN = {
    *(reason for reason in Hindrance if reason is not Hindrance.OWNER_REMOVED),
    *(reason for reason in Verdict if reason is not Verdict.ALLOWED),
    *(Why.NOT_TIMELY, Why.NO_SUCH_COMPANY, Why.NOT_FOR_WORKBOOKS, Why.PACKAGE, Why.OWNER_ROLE),
    *(Why.NO_SUCH_RESOURCE, Why.RETIRED_RESOURCE, Why.RETIRED_INTEGRATION, None),
}
"""Every verdict on a request whose sender is known."""


def a_world(dice, company, catalogue):
    """Return an identifier and an integration of which anything may be wrong."""
    company.package = dice.choice(["premium", "premium", "premium", "core"])
    company.save()
    owner = MembershipFactory(company=company, **dice.choice(MEMBERS))
    identifier = ApiIdentifierFactory(owner=owner.user, made_in=company, **dice.choice(IDENTIFIERS))
    if dice.random() < 0.1:
        IdentifierStop.objects.create(company=company, identifier=identifier)
    if dice.random() < 0.1:
        owner.delete()
    some = [ResourceSet(one.position for one in catalogue.resources if dice.random() < 0.6)]
    integration = IntegrationFactory(
        available_only=dice.choice([None, None, some[0]]), retired=dice.random() < 0.3
    )
    Listing.objects.filter(company=company).delete()
    for whose in (integration, None):
        if dice.random() < 0.6:
            Listing.objects.create(company=company, integration=whose, allowed=some[0])
    return identifier, integration


@contextmanager
def undone():
    """Take back what is written within: else the pages of each world list all worlds before it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_it_says_what_the_endpoint_says(send, check, company, catalogue):
    dice, seen = random.Random(4), set()  # noqa: S311 - the same worlds in every run
    codes = [*(one.code for one in catalogue.resources), "nothing.nv"]
    make_parts(timezone.now().date(), days=0)
    for _ in range(WORLDS):
        with undone():
            identifier, integration = a_world(dice, company, catalogue)
            code, ago = dice.choice(codes), dice.choice([0] * 9 + [3600])
            request = send(identifier, integration, code, ago=ago).request
            row = ApiRequest.objects.get(request_id=request)
            by_id = check(request=request).context["page"]
            assert by_id.then.failed == (row.failed or None), row.failed
            assert by_id.then.why == row.reason
            late = row.failed == Check.TIME
            assert late or by_id.decision == by_id.then
            thought_of = check(**choice(identifier, integration, code)).context
            if "page" in thought_of and not late:
                assert thought_of["page"].decision == by_id.decision
            seen.add(by_id.then.reason)
    assert seen == SEEN


@pytest.mark.parametrize("accepted", [True, False])
def test_an_older_signature_that_is_accepted_no_more(send, check, company, severa, accepted):
    owner = MembershipFactory(company=company).user
    identifier = ApiIdentifierFactory(owner=owner, made_in=company)
    older = OlderSignature.objects.create(company=company, algorithm="SHA256", until=NOW + DAY)
    answer = send(identifier, severa, "customer.nv", algorithm="SHA256")
    if not accepted:
        older.delete()
    page = check(request=answer.request).context["page"]
    assert page.then.reason is Verdict.BLOCKED_IN_GENERAL
    assert page.decision.failed is (Check.RIGHT if accepted else Check.SIGNATURE)
