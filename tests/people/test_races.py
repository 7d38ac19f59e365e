"""Several changes at once, over real connections."""

from contextlib import suppress

import pytest

from apps.accounts.models import User
from apps.companies.access import enter
from apps.companies.models import Membership
from apps.companies.rules import Function, Grants, Level, Role
from apps.people import invitations, services
from apps.people.facts import rights_of
from apps.people.invitations import GoneError, Guest, InvitedAlreadyError
from apps.people.models import Invitation
from apps.people.rules import Rights
from apps.people.services import MovedOnError, RefusedError
from tests.factories import MembershipFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(company):
    return [MembershipFactory(company=company, editor=True) for _ in range(2)]


@pytest.mark.parametrize("attempt", range(3))
def test_two_kh_removing_each_other_leave_one(two, attempt):
    def remove(giver, target):
        def run():
            with suppress(RefusedError, Membership.DoesNotExist):
                access = enter(giver, giver.user)
                services.remove(access, target.pk, seen=rights_of(target).mark)

        return run

    at_once(remove(*two), remove(*reversed(two)))
    assert Membership.objects.filter(pk__in=[one.pk for one in two]).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_kh_taking_each_others_role_leave_one(two, attempt):
    def demote(giver, target):
        def run():
            now = rights_of(target)
            wanted = Rights(Grants(frozenset(), now.grants.levels))
            with suppress(RefusedError):
                services.edit(enter(giver, giver.user), target.pk, wanted, seen=now.mark)

        return run

    at_once(demote(*two), demote(*reversed(two)))
    left = [one for one in Membership.objects.all() if Role.KH in one.roles]
    assert len(left) == 1


def test_two_edits_of_what_both_saw_save_one(two):
    target = MembershipFactory(company=two[0].company)
    outcomes = []

    def give(giver, role):
        def run():
            now = rights_of(target)
            wanted = Rights(Grants(frozenset({role}), now.grants.levels))
            try:
                services.edit(enter(giver, giver.user), target.pk, wanted, seen=now.mark)
                outcomes.append("saved")
            except MovedOnError:
                outcomes.append("moved on")

        return run

    at_once(give(two[0], Role.KP), give(two[1], Role.TT))
    assert sorted(outcomes) == ["moved on", "saved"]


@pytest.fixture
def sent(two):
    rights = Rights(Grants(frozenset(), {Function.VOUCHERS: Level.EDIT}))
    access = enter(two[0], two[0].user)
    return invitations.invite(access, Guest("nora@test.example", "Nora"), rights)


def test_two_acceptances_make_one_person_and_one_membership(sent):
    def accept():
        with suppress(GoneError):
            digest = sent.invitation.token_digest
            invitations.accept(digest, user=None, name="Nora", password="a-fine-passphrase")

    at_once(*[accept] * 4)
    assert User.objects.filter(email="nora@test.example").count() == 1
    assert Membership.objects.filter(user__email="nora@test.example").count() == 1


def test_two_invitations_of_one_person_at_once_are_one(two):
    def invite(giver):
        def run():
            with suppress(InvitedAlreadyError):
                rights = Rights(Grants(frozenset(), {}))
                invitations.invite(enter(giver, giver.user), Guest("n@t.example", "N"), rights)

        return run

    at_once(invite(two[0]), invite(two[1]))
    assert Invitation.objects.count() == 1
