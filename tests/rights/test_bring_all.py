"""Rights of many companies are written at once, by whoever holds their locks and the right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.core.refusals import Refused
from apps.demo.services import Earlier
from apps.resources.models import Listing
from apps.resources.reads import board
from apps.resources.rules import NOTHING, ResourceSet, Stored
from apps.rights.services import bring, bring_all, leave_blocked
from tests.factories import ListingFactory, MembershipFactory

BOTH = [bring, lambda access, wanted, verb: bring_all([(access, wanted)], verb)]


@pytest.fixture
def other(catalogue):
    """The access of the editor of another company, as if under its lock."""
    membership = MembershipFactory(editor=True)
    return enter(membership, membership.user, locked=True)


def wish(access, catalogue, severa, *positions):
    standing = board(access, catalogue).of(severa)
    return {standing: standing.bringing(ResourceSet(positions))}


def test_each_company_gets_its_own_rights_and_event(access, other, catalogue, severa):
    ListingFactory(company=access.company, integration=severa, waiting=ResourceSet([0, 3]))
    general = ListingFactory(company=other.company, integration=None, allowed=ResourceSet([4]))
    first, second = wish(access, catalogue, severa, 0, 1), wish(other, catalogue, severa, 2)
    bring_all([(access, first), (other, second)], "rights:set", reason="a test")
    listings = {one.company_id: one.stored for one in Listing.objects.exclude(pk=general.pk)}
    assert listings[access.company.pk] == Stored(ResourceSet([0, 1]), ResourceSet([3]))
    assert listings[other.company.pk] == Stored(ResourceSet([2]))
    events = {event.company_id: event for event in AuditEvent.objects.filter(reason="a test")}
    assert [bytes(events[one.company.pk].added) for one in (access, other)] == [
        bytes(ResourceSet([0, 1])),
        bytes(ResourceSet([2])),
    ]
    general.refresh_from_db()
    assert general.allowed == ResourceSet([4])


@pytest.mark.parametrize("write", BOTH)
@pytest.mark.parametrize("ago", [89, 90])
def test_what_is_allowed_is_new_for_ninety_days(access, catalogue, severa, write, ago):
    today = timezone.localdate()
    then = Earlier(**vars(access), at=timezone.now() - timedelta(days=ago))
    write(then, wish(access, catalogue, severa, 0, 1), "rights:allow")
    young = ago < 90
    standing = board(access, catalogue).of(severa)
    assert standing.new(today) == (ResourceSet([0, 1]) if young else NOTHING)
    write(access, wish(access, catalogue, severa, 1), "rights:block")
    write(access, wish(access, catalogue, severa, 1, 2), "rights:allow")
    new = board(access, catalogue).of(severa).new(today)
    assert new & ResourceSet([1, 2]) == ResourceSet([1, 2] if young else [2])
    leave_blocked(access, board(access, catalogue).of(severa), NOTHING)
    assert board(access, catalogue).of(severa).new(today) == new


@pytest.mark.parametrize("write", BOTH)
@pytest.mark.parametrize("lacks", ["lock", "right"])
def test_without_the_lock_or_the_right_nothing_is_written(access, catalogue, severa, write, lacks):
    less = {"locked": False} if lacks == "lock" else {"capabilities": frozenset()}
    with pytest.raises(PermissionDenied):
        write(replace(access, **less), wish(access, catalogue, severa, 0), "rights:allow")
    assert not Listing.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("write", BOTH)
def test_nothing_unusable_is_allowed(access, catalogue, severa, write):
    [retired] = [one.position for one in catalogue.resources if one.retired]
    with pytest.raises(Refused):
        write(access, wish(access, catalogue, severa, 0, retired), "rights:allow")
    assert not Listing.objects.exists()


def test_one_company_without_its_lock_keeps_all_from_being_written(
    access, other, catalogue, severa
):
    wishes = [(one, wish(one, catalogue, severa, 0)) for one in (access, other)]
    wishes[1] = (replace(other, locked=False), wishes[1][1])
    with pytest.raises(PermissionDenied):
        bring_all(wishes, "rights:allow")
    assert not Listing.objects.exists()


def test_what_is_not_available_any_more_may_stay(access, catalogue, severa):
    [retired] = [one.position for one in catalogue.resources if one.retired]
    ListingFactory(company=access.company, integration=severa, allowed=ResourceSet([retired]))
    bring_all([(access, wish(access, catalogue, severa, 0, retired))], "rights:allow")
    assert Listing.objects.get().allowed == ResourceSet([0, retired])
    assert Listing.objects.get().waiting == NOTHING
