"""One request sent many times at once, over real connections: it passes once."""

import pytest
from django.db import connection

from apps.usage.models import ApiRequest
from tests.gateway.signer import signed
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20


def test_one_request_sent_by_many_at_once_passes_once(account, ask_now):
    senders = 50 if connection.vendor == "postgresql" else 8
    for _ in range(ROUNDS):
        headers, answers = signed("/customerlist.nv"), []
        at_once(*[lambda: answers.append(ask_now(headers).status)] * senders)  # noqa: B023
        assert sorted(answers) == [204, *[401] * (senders - 1)]
    assert ApiRequest.objects.count() == ROUNDS
