"""Several presses at once, over real connections."""

from uuid import uuid4

import pytest
from django.db import connection

from apps.companies.access import enter
from apps.identifiers import ids, services
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import End
from apps.identifiers.services import Wanted
from tests.factories import ApiIdentifierFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine(member):
    return enter(member, member.user)


def test_a_double_click_makes_one_even_at_the_same_moment(mine):
    once, made = uuid4(), []
    at_once(*[lambda: made.append(services.create(mine, Wanted(), once=once).pk)] * 4)
    assert set(made) == {ApiIdentifier.objects.get().pk}


def test_two_browsers_make_two_each_with_its_own_key(mine):
    def create():
        services.create(mine, Wanted(), once=uuid4())

    at_once(create, create)
    keys = {one.key for one in ApiIdentifier.objects.all()}
    assert len(keys) == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one at a time")
def test_user_ids_are_unique_under_fifty_creations_at_once(mine, monkeypatch):
    monkeypatch.setattr(ids, "FIRST", range(1, 2))
    monkeypatch.setattr(ids, "SECOND", range(1, 400))  # so few that some meet

    def create():
        services.create(mine, Wanted(), once=uuid4())

    at_once(*[create] * 50)
    assert ApiIdentifier.objects.count() == 50
    assert ApiIdentifier.objects.values("user_id").distinct().count() == 50


def test_replacing_twice_at_once_makes_one_successor(mine):
    old = ApiIdentifierFactory(owner=mine.user, made_in=mine.company)
    once = uuid4()

    def replace():
        services.replace(mine, old.pk, end=End.DAY, own=None, leaked=False, once=once)

    at_once(replace, replace)
    assert ApiIdentifier.objects.count() == 2
