"""Several presses at once, over real connections."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.audit.models import AuditEvent
from apps.companies.access import enter
from apps.identifiers import rules, services
from apps.identifiers.models import ApiIdentifier, IdentifierStop
from apps.identifiers.services import Wanted
from tests.factories import ApiIdentifierFactory, MembershipFactory
from tests.races import at_once, waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda access, pk: services.create(access, Wanted(), once=uuid4()),
        lambda access, pk: services.reveal(access, pk, verb="identifier:show"),
        lambda access, pk: services.pause(access, pk),
        lambda access, pk: services.deactivate(access, pk),
        lambda access, pk: services.stop(access, pk),
        lambda access, pk: services.allow(access, pk),
    ],
)
def test_nothing_is_changed_without_the_companys_lock(editor, change):
    mine = ApiIdentifierFactory(owner=editor.user, made_in=editor.company)
    with pytest.raises(PermissionDenied):
        change(enter(editor, editor.user), mine.pk)
    assert not AuditEvent.objects.exists()


def test_a_double_click_makes_one_even_at_the_same_moment(press, base):
    at_once(*[press(f"{base}create/", once=uuid4())] * 4)
    assert ApiIdentifier.objects.count() == 1


def test_one_press_in_two_companies_makes_one(press, base, editor):
    other = MembershipFactory(user=editor.user, levels=editor.levels).company
    there = base.replace(editor.company.business_id, other.business_id)
    once, answers = uuid4(), []
    at_once(*[press(f"{url}create/", answers, once=once) for url in (base, there)])
    assert ApiIdentifier.objects.count() == 1
    assert answers == [302, 302]


def test_two_browsers_make_two_each_with_its_own_key(press, base):
    at_once(*[press(f"{base}create/", once=uuid4()) for _ in range(2)])
    keys = {one.key.reveal() for one in ApiIdentifier.objects.all()}
    assert len(keys) == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
def test_user_ids_are_unique_when_many_of_them_meet(press, base, monkeypatch):
    monkeypatch.setattr(rules, "FIRST", range(1, 2))
    monkeypatch.setattr(rules, "SECOND", range(1, 400))  # so few that some meet
    for _ in range(10):
        at_once(*[press(f"{base}create/", once=uuid4()) for _ in range(2)])
    assert ApiIdentifier.objects.values("user_id").distinct().count() == 20


def test_replacing_twice_at_once_makes_one_successor(press, base, editor):
    old = ApiIdentifierFactory(owner=editor.user, made_in=editor.company)
    at_once(*[press(f"{base}{old.pk}/replace/", end="day", once=uuid4())] * 2)
    assert ApiIdentifier.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the database")
@pytest.mark.parametrize("what", ["create", "stop"])
def test_a_right_that_is_taken_away_meanwhile_changes_nothing(press, base, editor, what):
    theirs = ApiIdentifierFactory(made_in=editor.company)
    url, answers = {"create": "create", "stop": f"{theirs.pk}/stop"}[what], []
    with waiting(press(f"{base}{url}/", answers, once=uuid4())):
        editor.levels = {}
        editor.save()
    assert answers == [403]
    assert ApiIdentifier.objects.get() == theirs
    assert not IdentifierStop.objects.exists()
