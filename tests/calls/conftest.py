"""Calls that are made for real: signed, and sent to the endpoint."""

import time
import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from apps.gateway import services
from apps.gateway.signing import Algorithm, Base, Question, signed
from apps.usage.services import make_parts
from tests.gateway.conftest import BASE, _nothing_counted, here  # noqa: F401
from tests.gateway.over_wsgi import WHOLE


@pytest.fixture
def send(here, settings, company):  # noqa: F811
    """Return a function that sends a request signed right, and returns the endpoint's answer."""
    settings.GATEWAY = dict(WHOLE)
    make_parts(datetime.now(UTC).date())

    def send(identifier, integration, code, *, algorithm="HMACSHA256", at=None, ago=0, where=None):
        sent = (at or datetime.now(UTC)).timestamp() - ago
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
            company=(where or company).business_id,
        )
        keys = identifier.key.reveal(), integration.partner_key.reveal()
        headers = signed(question, keys, Base.of(BASE))
        return services.ask(headers, question.target, "GET", here, at or datetime.now(UTC))

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
