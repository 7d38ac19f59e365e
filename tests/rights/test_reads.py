"""The statement that opens the rights reads what the querysets beside it read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.identifiers.reads import working_identifiers
from apps.resources import reads as resources
from apps.resources.models import CatalogueVersion
from apps.resources.rules import ResourceSet
from apps.rights import reads, services
from tests.factories import ApiIdentifierFactory, ListingFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_opening_reads_the_listings_and_the_catalogue(access, catalogue, severa):
    ListingFactory(
        company=access.company,
        integration=severa,
        allowed=ResourceSet([0, 2]),
        waiting=ResourceSet([4]),
    )
    ListingFactory(company=access.company, integration=None, left_blocked=True)
    ListingFactory(allowed=ResourceSet([4]))
    opened = reads.opened(access)
    assert opened.catalogue is resources.catalogue()
    assert opened.board == resources.board(access, opened.catalogue)


def test_a_company_without_listings_opens_too(access, catalogue):
    opened = reads.opened(access)
    assert opened.board == resources.board(access, catalogue)
    assert opened.working == 0


def test_without_a_version_the_catalogue_is_read_anew(access, catalogue):
    CatalogueVersion.objects.all().delete()
    assert reads.opened(access).catalogue is not reads.opened(access).catalogue


def test_what_waits_is_counted(access, catalogue, severa, change):
    change(severa, "customer.nv", "customerlist.nv")
    change(None, "customer.nv")
    services.block_traffic(access)
    assert reads.opened(access).board.offered == 3


NOW = timezone.now()
PAST, AHEAD = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.mark.parametrize(
    "member", [{}, {"valid_until": PAST}, {"valid_from": AHEAD}, {"levels": {}}]
)
@pytest.mark.parametrize("active", [True, False])
def test_identifiers_are_counted_as_the_queryset_counts_them(access, catalogue, member, active):
    owner = MembershipFactory(company=access.company, user__is_active=active, **member).user
    kinds = [{}, {"valid_until": PAST}, {"valid_until": AHEAD}, {"paused_at": PAST}]
    kinds += [{"deactivated_at": PAST}, {"purpose": "excel", "valid_until": AHEAD}]
    for kind in kinds:
        ApiIdentifierFactory(owner=owner, made_in=access.company, **kind)
    stopped = ApiIdentifierFactory(owner=owner, made_in=access.company)
    IdentifierStop.objects.create(company=access.company, identifier=stopped)
    ApiIdentifierFactory()
    assert ApiIdentifier.objects.count() == len(kinds) + 2
    expected = working_identifiers(access)
    assert reads.opened(access).working == expected
    assert expected == (2 if active and not member else 0)
