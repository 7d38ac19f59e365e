"""One request sent many times at once, over real connections: it passes once."""

import pytest
from django.db import connection

from apps.usage.models import ApiRequest
from tests.gateway.conftest import REQUESTS
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("number", range(20))
def test_one_request_sent_by_many_at_once_passes_once(account, ask, number):
    case, answers = REQUESTS["cases"][0], []
    senders = 50 if connection.vendor == "postgresql" else 8
    at_once(*[lambda: answers.append(ask(case).status)] * senders)
    assert sorted(answers) == [204, *[401] * (senders - 1)]
    assert ApiRequest.objects.count() == 1
