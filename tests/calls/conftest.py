"""What was called in a company, as the log and the counts have it."""

from datetime import UTC, datetime, time, timedelta
from itertools import count

import pytest
from django.utils import timezone

from apps.usage.models import ApiRequest, Usage
from apps.usage.services import make_parts
from tests.factories import ApiIdentifierFactory

numbers = count(1)


@pytest.fixture
def identifier(company, editor):
    """An identifier of the editor."""
    return ApiIdentifierFactory(owner=editor.user, made_in=company)


@pytest.fixture
def used(company, identifier):
    """Return a function that counts calls of an integration, some days ago."""

    def used(integration, resource, *, ago=0, calls=1, verdict="", company=company):
        day = timezone.localdate() - timedelta(days=ago)
        key = {
            "day": day,
            "company": company.pk,
            "integration": integration.pk,
            "identifier": identifier.pk,
            "resource": resource,
            "verdict": verdict,
        }
        last = timezone.make_aware(datetime.combine(day, time(12)))
        return Usage.objects.create(**key, count=calls, last_at=last)

    return used


@pytest.fixture
def logged(company, identifier):
    """Return a function that writes a call of an integration into the log, some days ago."""
    make_parts(datetime.now(UTC).date() - timedelta(days=40), days=42)

    def logged(integration, resource="customer.nv", *, ago=0, company=company, **facts):
        at = timezone.now() - timedelta(days=ago)
        known = {"company": company.pk, "owner": 1, "identifier": identifier.pk}
        known |= {"integration": integration.pk, "resource": resource, "unescaped": False}
        number = f"AAAA-{next(numbers):04}-ZZZZ"
        facts = {"lag": 0, **facts}
        day = at.astimezone(UTC).date()
        return ApiRequest.objects.create(at=at, day=day, request_id=number, **(known | facts))

    return logged
