"""Published clients pass, or raise what they raise for a refusal of the interface itself."""

import importlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from apps.companies.models import Company
from apps.gateway.models import OlderSignature
from apps.resources.models import Listing
from apps.resources.rules import NOTHING
from tests.gateway.conftest import ACCOUNT

pytestmark = [
    pytest.mark.gateways,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore"),  # of the clients and what they stand on
]
KEYS = ("partner_id", "partner_key", "customer_id", "customer_key")
CUSTOMER = {"customer_base_information": {"name": "Kahvila"}}
ANSWER = b"""<Root><ResponseStatus><Status>OK</Status></ResponseStatus>
<Replies><InsertedDataIdentifier>8</InsertedDataIdentifier></Replies>
<Customerlist><Customer><Netvisorkey>7</Netvisorkey><Name>Kahvila</Name><Code/>
<OrganisationIdentifier/></Customer></Customerlist></Root>"""


@pytest.fixture(params=["netvisor_api_client", "netvisor"])
def client(request, gateway, monkeypatch):
    """A client that talks through the gateway; one of them signs in the oldest way."""
    if not os.environ.get("CI"):
        pytest.importorskip(request.param)
    package = importlib.import_module(request.param)
    until = datetime.now(UTC) + timedelta(days=1)
    company = Company.objects.get(business_id=ACCOUNT["organisation_id"])
    OlderSignature.objects.create(company=company, algorithm="MD5", until=until)
    monkeypatch.setattr(gateway.upstream, "body", ANSWER)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(gateway.certificate))
    gateway.upstream.sent.clear()
    keys = {name: ACCOUNT[name] for name in KEYS}
    core = importlib.import_module(f"{package.__name__}.core")
    made = core.Netvisor(gateway.base, sender="Client", organization_id="1234567-1", **keys)
    made.errors = importlib.import_module(f"{package.__name__}.exc")
    return made


def test_it_gets_what_it_asks_for(client, gateway):
    assert [customer["name"] for customer in client.customers.list()] == ["Kahvila"]
    client.customers.create(CUSTOMER)
    [read, written] = gateway.upstream.sent
    assert (read.method, written.method, b"Kahvila" in written.body) == ("GET", "POST", True)


def test_it_understands_that_it_is_blocked(client, gateway):
    Listing.objects.update(allowed=NOTHING)
    for action in (client.customers.list, lambda: client.customers.create(CUSTOMER)):
        with pytest.raises(client.errors.ServiceAccessError, match="blocked for this integration"):
            action()
    assert gateway.upstream.sent == []


def test_it_understands_that_its_key_is_wrong(client, gateway):
    client._client.requester.auth.customer_key = "0" * 32
    with pytest.raises(client.errors.AuthenticationFailed, match="keys are not valid"):
        client.customers.list()
    assert gateway.upstream.sent == []
