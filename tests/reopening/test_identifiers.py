"""What the review says of identifiers that changed since API traffic was blocked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.companies.rules import Package
from apps.identifiers.models import IdentifierStop
from apps.resources.rules import ResourceSet
from tests.factories import ApiIdentifierFactory, IntegrationFactory, ListingFactory
from tests.factories import MembershipFactory as Member
from tests.rights.addresses import page_url


@pytest.fixture
def client(sign_in, editor):
    return sign_in(editor.user)


@pytest.fixture
def owner(company):
    return Member(company=company).user


@pytest.fixture
def old(company, severa, owner):
    """An identifier of Severa that is older than the block."""
    earlier = timezone.now() - timedelta(days=1)
    return ApiIdentifierFactory(
        owner=owner, made_in=company, integration=severa, created_at=earlier
    )


@pytest.fixture
def text(client, company, severa, old):
    """Return what the page says now, Severa and the general rights being blocked before."""
    ListingFactory(company=company, integration=severa, allowed=ResourceSet([0]))
    ListingFactory(company=company, integration=None, allowed=ResourceSet([0]))
    client.post(page_url(company) + "block-traffic/")
    return lambda: client.get(reverse("reopen", args=[company.business_id])).text


def test_unchanged_identifiers_are_said_to_be_so(text):
    assert (
        "Nobody has changed its API identifiers since, so what you reopen will work again at once."
        in text()
    )
    assert "No other API identifiers have changed since then." in text()


def test_new_and_deactivated_ones_are_counted(text, company, severa, owner, old):
    ApiIdentifierFactory(owner=owner, made_in=company, integration=severa)
    old.deactivated_at = timezone.now()
    old.save()
    assert "Its identifiers since then: 1 created, 1 deactivated." in text()


def test_a_successor_counts_as_the_replacement_alone(text, company, severa, owner, old):
    old.replaced_by = ApiIdentifierFactory(owner=owner, made_in=company, integration=severa)
    old.save()
    assert "Its identifiers since then: 1 replaced." in text()


def test_paused_and_stopped_ones_are_counted(text, company, old):
    old.paused_at = timezone.now()
    old.save()
    IdentifierStop.objects.create(company=company, identifier=old)
    assert "Its identifiers since then: 1 paused, 1 stopped in this company. None of" in text()


def test_those_without_a_listed_integration_belong_to_the_general_rights(text, company, owner):
    ApiIdentifierFactory(owner=owner, made_in=company)
    ApiIdentifierFactory(owner=owner, made_in=company, integration=IntegrationFactory())
    shown = text()
    assert "Other API identifiers since then: 2 created." in shown
    assert (
        "Nobody has changed its API identifiers since, so what you reopen will work again at once."
        in shown
    )


def test_other_companies_identifiers_do_not_count(text, severa, company):
    elsewhere = Member()
    made = ApiIdentifierFactory(owner=elsewhere.user, made_in=elsewhere.company, integration=severa)
    IdentifierStop.objects.create(company=elsewhere.company, identifier=made)
    assert (
        "Nobody has changed its API identifiers since, so what you reopen will work again at once."
        in text()
    )


BEFORE, NOW = timedelta(days=5), timedelta()
GONE = [
    ("identifier", "deactivated_at", BEFORE),
    ("identifier", "paused_at", BEFORE),
    ("identifier", "valid_until", BEFORE),
    ("identifier", "valid_until", NOW),
    ("membership", "valid_until", NOW),
    ("owner", "is_active", None),
]


@pytest.mark.parametrize(("whose", "field", "ago"), GONE)
def test_what_does_not_work_is_not_said_to_work_again(
    text, company, severa, old, owner, whose, field, ago
):
    gone = {"identifier": old, "owner": owner, "membership": owner.memberships.get()}[whose]
    setattr(gone, field, ago is not None and timezone.now() - ago)
    gone.save()
    assert "None of its API identifiers works now, so reopening alone" in text()
    other = Member(company=company).user
    more = {"integration": severa, "created_at": old.created_at}
    ApiIdentifierFactory(owner=other, made_in=company, **more)
    was_out = ago == BEFORE
    assert ("so what you reopen will work again at once" in text()) is was_out
    assert ("Only 1 of its 2 API identifiers works now" in text()) is not was_out


def test_nothing_is_promised_where_no_identifier_is_linked(text, old):
    old.integration = None
    old.save()
    assert (
        "No API identifier in this company is linked to it. Check that the one it uses works."
        in text()
    )


def test_nothing_is_promised_without_api_traffic_in_the_package(text, company):
    company.package = Package.CORE
    company.save()
    shown = text()
    assert "the company&#x27;s service package does not include API traffic." in shown
    assert "will work again at once" not in shown
