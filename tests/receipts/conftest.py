"""A company with one integration in the list, and what it used."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from apps.demo.services import Earlier
from apps.usage.models import Usage


@pytest.fixture
def listed(change, severa):
    """Severa, with one of the two resources that it needs and one that it does not."""
    change(severa, "customer.nv", "employee.nv")
    return severa


@pytest.fixture
def long_listed(change, access, severa):
    """The same, made a hundred days ago."""
    then = Earlier(**vars(access), at=timezone.now() - timedelta(days=100))
    change(severa, "customer.nv", "employee.nv", by=then)
    return severa


@pytest.fixture
def url(company):
    """Return a function that gives the address of the review, of an integration or of all."""

    def url(integration=None, rest=""):
        place = f"{integration.public_id}/{rest}" if integration else ""
        return f"/companies/{company.business_id}/receipts/{place}"

    return url


@pytest.fixture
def kh(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def used(company):
    """Return a function that counts calls of an integration, some days ago."""

    def used(integration, resource, *, ago, calls=1, verdict="", where=company):
        day = timezone.localdate() - timedelta(days=ago)
        Usage.objects.create(
            day=day,
            company=where.pk,
            integration=integration.pk,
            identifier=1,
            resource=resource,
            verdict=verdict,
            count=calls,
            last_at=timezone.make_aware(datetime.combine(day, time(12))),
        )

    return used
