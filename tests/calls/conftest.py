"""Calls that are made for real: signed, and sent to the endpoint."""

import time
import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from apps.gateway import installation, services
from apps.gateway.signing import Algorithm, Question, signed
from apps.usage.services import make_parts
from tests.gateway.conftest import BASE, _nothing_counted  # noqa: F401

HERE = installation.read(
    bases=[BASE], target="x-original-uri", secrets=["s" * 32], addresses=[], lag=300
)


def send_signed(identifier, integration, code, *, where, algorithm="HMACSHA256", ago=0):
    """Send a request of now that is signed right, and return the endpoint's answer."""
    now = datetime.now(UTC)
    make_parts(now.date(), days=0)
    sent = now.timestamp() - ago
    question = Question(
        target=f"/{code}",
        sender="Test",
        customer=identifier.user_id,
        partner=integration.partner_id,
        timestamp=time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(sent)),
        unix=str(int(sent)),
        transaction=uuid.uuid4().hex,
        mac="0" * 64,
        algorithm=Algorithm(algorithm),
        language="EN",
        company=where.business_id,
    )
    keys = identifier.key.reveal(), integration.partner_key.reveal()
    headers = signed(question, keys, HERE.bases[0])
    return services.ask(headers, question.target, "GET", HERE, now)


@pytest.fixture
def send(company):
    """Return a function that sends a request of the company, or another, as ``send_signed``."""

    def send(*named, where=None, **more):
        return send_signed(*named, where=where or company, **more)

    return send


@pytest.fixture
def check(sign_in, editor, company):
    """Return a function that gives what the page says of a call to the company's editor."""

    client, address = sign_in(editor.user), reverse("check_call", args=[company.business_id])

    def check(by=None, **asked):
        return (sign_in(by) if by else client).get(address, asked)

    return check


def choice(identifier, integration, code, **more):
    """Return what the form sends about a call that is thought of."""
    asked = {"identifier": identifier.user_id, "integration": integration.public_id}
    return asked | {"resource": code} | more
