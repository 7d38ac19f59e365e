"""What a change would have refused is what asking the gateway again about each call says."""

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.companies.access import enter
from apps.companies.models import Membership
from apps.companies.rules import Function, Level
from apps.identifiers.models import IdentifierStop
from apps.replay import reads
from apps.replay.rules import Days, Lost, Replay, Rhythm, joined
from apps.resources import reads as resources
from apps.resources.models import CatalogueVersion, InterfaceResource, Listing
from apps.resources.rules import ResourceSet
from apps.usage.models import MonthOfUsage, Usage
from apps.usage.services import roll_up
from tests.factories import (
    ApiIdentifierFactory,
    CompanyFactory,
    IntegrationFactory,
    MembershipFactory,
)
from tests.gateway.test_worlds import decision, question, some

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WORLDS = 6
FIFTHS = [date(TODAY.year - (month >= TODAY.month), month, 5) for month in (2, 5, 7, 9)]
"""The same day of some months; five days before each a month ended."""


class World:
    """A company with a random log; ``passes`` asks the gateway, by its own statement."""

    def __init__(self, dice, catalogue):
        self.dice, self.codes = dice, [one.code for one in catalogue.resources]
        self.company = CompanyFactory(package=dice.choice(["premium", "payroll"]))
        self.admin = MembershipFactory(company=self.company, editor=True)
        levels = {Function.SALES_INVOICES: Level.EDIT}
        owners = [
            MembershipFactory(company=self.company, roles=roles, levels=levels)
            for roles in (["P"], [])
        ]
        self.identifiers = [
            ApiIdentifierFactory(
                owner=owner.user,
                made_in=self.company,
                paused_at=dice.choice([None, None, timezone.now()]),
            )
            for owner in owners * 2
        ]
        self.integrations = [
            IntegrationFactory(
                available_only=dice.choice([None, some(dice, catalogue.resources)]),
                retired=dice.random() < 0.2,
                built_in=dice.random() < 0.3,
            )
            for _ in range(3)
        ]
        self.list_some(catalogue)
        for _ in range(60):
            self.call()

    def list_some(self, catalogue):
        """Let some have rights of their own, the general ones perhaps too."""
        for whose in (*self.integrations[:2], None):
            if self.dice.random() < 0.8:
                allowed = some(self.dice, catalogue.resources)
                Listing.objects.create(company=self.company, integration=whose, allowed=allowed)

    def call(self):
        """Log a call of a day, accepted or not."""
        dice = self.dice
        which = dice.choice(self.integrations), dice.choice(self.identifiers)
        code, verdict = dice.choice(self.codes), dice.choice(["", "", "", "paused"])
        day, count = TODAY - timedelta(days=dice.randrange(450)), dice.randrange(1, 9)
        at = timezone.now()
        key = {"day": day, "company": self.company.pk, "resource": code, "verdict": verdict}
        key |= {"integration": which[0].pk, "identifier": which[1].pk}
        Usage.objects.get_or_create(**key, defaults={"count": count, "last_at": at})

    @property
    def access(self):
        return enter(
            Membership.objects.select_related("company").get(pk=self.admin.pk), self.admin.user
        )

    def passing(self):
        """Return the logged calls that were accepted then and would pass now, each by itself."""
        theirs = {one.pk: one for one in self.integrations}
        mine = {one.pk: one for one in self.identifiers}
        rows = Usage.objects.filter(company=self.company.pk, verdict="")
        return {
            row.pk: row
            for row in rows.filter(day__gte=TODAY - timedelta(days=400))
            if decision(
                question(mine[row.identifier], theirs[row.integration], self.company), row.resource
            ).allowed
        }


def lines(rows):
    """Sum up calls as a replay does."""
    alike = {}
    for row in rows:
        alike.setdefault((row.integration, row.resource), []).append(row)
    return {
        which: (sum(row.count for row in same), max(row.day for row in same))
        for which, same in alike.items()
    }


def told(found):
    return {
        (one.integration, one.resource): (one.times, one.days.last) for one in found.replay.lost
    }


def refused(before, after):
    """Return what passed before and does not after."""

    return lines(row for pk, row in before.items() if pk not in after)


@pytest.fixture(params=range(WORLDS))
def world(request, catalogue):
    InterfaceResource.objects.filter(code="employee.nv").update(owner_role="P")
    InterfaceResource.objects.filter(code="getemployee.nv").update(retired=True)
    CatalogueVersion.renew()
    found = World(random.Random(request.param), resources.read_catalogue())  # noqa: S311
    if request.param % 2:
        roll_up(TODAY)  # whole months come from their sums
    return found


def test_a_change_of_rights(world):
    known, before = resources.read_catalogue(), world.passing()
    then = resources.board(world.access, known)
    for listing in Listing.objects.filter(company=world.company):
        listing.allowed &= some(world.dice, known.resources)
        listing.save()
    board = resources.board(world.access, known)
    found = reads.of_rights(world.access, known, then, board)
    assert told(found) == refused(before, world.passing())
    assert found.replay.total == sum(
        row.count
        for row in Usage.objects.filter(
            company=world.company.pk, verdict="", day__gte=TODAY - timedelta(days=400)
        )
    )


def test_the_block_of_all_traffic(world):
    known, before = resources.read_catalogue(), world.passing()
    board = resources.board(world.access, known)
    found = reads.of_rights(world.access, known, board, board.closed)
    Listing.objects.filter(company=world.company).update(allowed=ResourceSet())
    assert told(found) == refused(before, world.passing())


def test_an_identifier_that_is_stopped(world):
    one = world.dice.choice(world.identifiers)
    before, found = world.passing(), reads.of_identifier(world.access, one.pk)
    IdentifierStop.objects.create(company=world.company, identifier=one)
    assert told(found) == refused(before, world.passing())


def test_ones_own_identifier_that_ends(world):
    one = world.dice.choice(world.identifiers)
    member = Membership.objects.select_related("company").get(company=world.company, user=one.owner)
    before, found = world.passing(), reads.of_own(enter(member, one.owner), one.pk)
    one.deactivated_at = timezone.now()
    one.save()
    assert told(found) == refused(before, world.passing())


def test_a_person_who_is_removed(world):
    one = world.dice.choice(world.identifiers)
    before, found = world.passing(), reads.of_person(world.access, one.owner_id)
    Membership.objects.filter(company=world.company, user=one.owner).delete()
    assert told(found) == refused(before, world.passing())


@pytest.mark.parametrize(
    ("ago", "what"),
    [
        ([30], Rhythm.ONCE),
        ([(TODAY - day).days + 5 for day in FIFTHS], Rhythm.MONTH_ENDS),
        ([(TODAY - day).days for day in FIFTHS], Rhythm.MONTHLY),
        ([7, 14, 28], Rhythm.WEEKLY),
        ([7, 14], None),
        ([7, 8, 14], None),
    ],
)
def test_days_have_a_rhythm_when_they_have_something_in_common(world, ago, what):
    Usage.objects.all().delete()
    MonthOfUsage.objects.all().delete()
    key = {"company": world.company.pk, "integration": world.integrations[0].pk, "count": 2}
    key |= {"identifier": world.identifiers[0].pk, "resource": "customer.nv", "verdict": ""}
    for number in ago:
        day = TODAY - timedelta(days=number)
        Usage.objects.create(day=day, last_at=timezone.now(), **key)
    [use] = reads.uses(world.access)
    assert use.days.rhythm is what
    roll_up(TODAY)
    assert reads.uses(world.access) == [use]


def days(*found):
    """Return days that have nothing in common."""
    return Days(len(found), min(found), max(found), None, None, end_months=False)


def test_what_was_used_least_often_comes_first():
    yesterday = TODAY - timedelta(days=1)
    often, once = Lost(1, "a.nv", 40, days(yesterday, TODAY)), Lost(2, "b.nv", 1, days(TODAY))
    replays = [Replay(40, TODAY, (often,)), Replay(1, TODAY, (once,)), Replay(1, TODAY, (once,))]
    twice = Lost(2, "b.nv", 2, days(TODAY))
    assert joined(replays).lost == (twice, often)
