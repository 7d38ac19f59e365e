"""One account of the interface, as published clients were given it, and its gateway."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.companies.models import Company
from apps.companies.rules import Function, Level
from apps.gateway import installation, services
from apps.gateway.models import OlderSignature
from apps.gateway.signing import Algorithm
from apps.usage.services import make_parts
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    ListingFactory,
    MembershipFactory,
    set_of,
)

REQUESTS = json.loads((Path(__file__).parent / "requests.json").read_text())
ACCOUNT = REQUESTS["account"]
SENT = datetime.fromtimestamp(REQUESTS["cases"][0]["now"], UTC)
BASE = REQUESTS["cases"][0]["base"]


def environ_of(headers):
    """Return headers as WSGI hands them on."""
    return {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers}


@pytest.fixture
def here():
    """The installation as the requests were sent to it."""
    return installation.read(
        bases=[BASE], target="x-original-uri", secrets=["s" * 32], addresses=[], lag=300
    )


@pytest.fixture
def account(catalogue):
    """The identifier, the integration and the company that the requests name."""
    make_parts(SENT.date(), days=3)
    make_parts(datetime.now(UTC).date(), days=1)
    company = CompanyFactory(business_id=ACCOUNT["organisation_id"], package="premium")
    integration = IntegrationFactory(
        partner_id=ACCOUNT["partner_id"], partner_key=ACCOUNT["partner_key"]
    )
    member = MembershipFactory(company=company, levels={Function.SALES_INVOICES: Level.EDIT})
    identifier = ApiIdentifierFactory(
        owner=member.user,
        made_in=company,
        user_id=ACCOUNT["customer_id"],
        key=ACCOUNT["customer_key"],
    )
    allowed = set_of(catalogue, REQUESTS["allowed_resources"])
    ListingFactory(company=company, integration=integration, allowed=allowed)
    return identifier


@pytest.fixture
def older(account):
    """The company accepts the older ways of signing."""
    company = Company.objects.get(business_id=ACCOUNT["organisation_id"])
    for algorithm in (Algorithm.SHA256, Algorithm.MD5):
        until = SENT + timedelta(days=30)
        OlderSignature.objects.create(company=company, algorithm=algorithm, until=until)


@pytest.fixture(autouse=True)
def _nothing_counted():
    services.tally.take()


@pytest.fixture
def ask(here):
    """Return a function that asks about a request as it was sent, at a moment."""

    def ask(case, *, headers=None, target=None, now=None):
        at = datetime.fromtimestamp(case["now"], UTC) if now is None else now
        environ = environ_of(case["headers"] if headers is None else headers)
        return services.ask(environ, target or case["target"], case["method"], here, at)

    return ask


@pytest.fixture
def ask_now(here):
    """Return a function that asks about headers as WSGI hands them on, now."""

    def ask_now(headers, target="/customerlist.nv"):
        return services.ask(headers, target, "GET", here, datetime.now(UTC))

    return ask_now
