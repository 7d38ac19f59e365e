"""Several changes at once, over real connections."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from apps.accounts.models import User
from apps.companies.access import enter
from apps.companies.models import Membership
from apps.companies.rules import Function, Grants, Level, Role
from apps.people import services
from apps.people.models import Invitation, rights_of, token_of
from apps.people.rules import Rights
from apps.people.services import Guest
from tests.conftest import signed_in
from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.races import at_once, waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(company):
    return [MembershipFactory(company=company, editor=True) for _ in range(2)]


@pytest.fixture
def press(base):
    """Return a function that gives a press of a button, to be made in a thread."""

    def press(giver, path, sent, answers):
        client = signed_in(giver.user)
        return lambda: answers.append(client.post(base + path, sent).status_code)

    return press


@pytest.mark.parametrize("attempt", range(3))
def test_two_kh_removing_each_other_leave_one(two, press, attempt):
    answers = []

    def remove(giver, target):
        sent = {"confirmed": "1", "seen": rights_of(target).mark}
        return press(giver, f"{target.pk}/remove/", sent, answers)

    at_once(remove(*two), remove(*reversed(two)))
    assert sorted(answers) == [302, 404]
    assert Membership.objects.filter(pk__in=[one.pk for one in two]).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_kh_taking_each_others_role_leave_one(two, press, sent, attempt):
    answers = []

    def demote(giver, target):
        wanted = sent(target, roles=[], confirmed="1")
        return press(giver, f"{target.pk}/", wanted, answers)

    at_once(demote(*two), demote(*reversed(two)))
    assert sorted(answers) == [302, 403]
    assert len([one for one in Membership.objects.all() if Role.KH in one.roles]) == 1


def test_two_edits_of_what_both_saw_save_one(two, press, sent):
    target, answers = MembershipFactory(company=two[0].company), []

    def give(giver, role):
        return press(giver, f"{target.pk}/", sent(target, roles=[role]), answers)

    at_once(give(two[0], Role.KP), give(two[1], Role.TT))
    assert sorted(answers) == [302, 409]


@pytest.fixture
def invitation(two):
    rights = Rights(Grants(frozenset(), {Function.VOUCHERS: Level.EDIT}))
    access = enter(two[0], two[0].user, locked=True)
    with transaction.atomic():
        return services.invite(access, Guest("nora@test.example", "Nora"), rights)


def test_two_acceptances_make_one_person_and_one_membership(invitation):
    answers = []

    def accept():
        client = Client()
        client.get(f"/invitations/{token_of(invitation.invitation.nonce)}/")
        password = {"password": "a-fine-passphrase", "again": "a-fine-passphrase"}
        answers.append(client.post("/invitations/", {"name": "Nora", **password}).status_code)

    at_once(*[accept] * 4)
    assert 302 in answers
    assert User.objects.filter(email="nora@test.example").count() == 1
    assert Membership.objects.filter(user__email="nora@test.example").count() == 1


def test_an_account_that_is_made_meanwhile_is_not_taken_over(invitation):
    client, password = Client(), {"password": "a-fine-passphrase", "again": "a-fine-passphrase"}
    client.get(f"/invitations/{token_of(invitation.invitation.nonce)}/")
    with waiting(lambda: client.post("/invitations/", {"name": "Nora", **password})):
        UserFactory(email="nora@test.example")
    assert User.objects.get(email="nora@test.example").check_password(PASSWORD)
    assert not Membership.objects.filter(user__email="nora@test.example").exists()
    assert "Sign in as nora@test.example" in client.get("/invitations/").text


def test_two_invitations_of_one_person_at_once_are_one(two, press):
    answers, guest = [], {"email": "n@t.example", "name": "N", "vouchers": "view"}
    marked = [guest | {"once": uuid4()} for _ in two]
    at_once(
        *(press(giver, "invite/", *of, answers) for giver, *of in zip(two, marked, strict=True))
    )
    assert sorted(answers) == [302, 422]
    assert Invitation.objects.count() == 1
