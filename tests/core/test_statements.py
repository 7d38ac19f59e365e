"""Compiled statements answer what their querysets would, and write what the ORM would."""

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, TextField
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.companies.models import Company, Membership
from apps.core.statements import Insert, Statement, Update, UpdateAndInsert, given
from apps.resources.fields import ResourceSetField
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from tests.factories import ListingFactory, MembershipFactory

pytestmark = pytest.mark.django_db

OF_PERSON = Statement(
    lambda: Membership.objects.visible_to(given("user", BigIntegerField())).filter(
        company__name=given("name", CharField())
    )
)
ALLOWED = Statement(
    lambda: Listing.objects.filter(company=given("company", BigIntegerField())).values_list(
        "integration_id", "allowed"
    )
)
NAMES = Statement(
    lambda: Company.objects.order_by("name").values_list("name", flat=True)[:2]  # nothing given
)
IN_FORCE = Statement(lambda: Membership.objects.in_force(given("now", DateTimeField())))
LOCKED = Statement(lambda: Listing.objects.select_for_update(no_key=True).order_by("pk"))


def test_rows_are_models_with_what_is_selected_along(django_assert_num_queries):
    first, _other = MembershipFactory(), MembershipFactory()
    for _ in range(2):
        with django_assert_num_queries(1):
            [found] = OF_PERSON.ask(user=first.user.pk, name=first.company.name)
            assert (found, found.company) == (first, first.company)
            assert found.company.office == first.company.office
        assert OF_PERSON.ask(user=first.user.pk, name="Nobody's") == []


def test_rows_are_tuples_or_single_values(company):
    listing = ListingFactory(company=company, allowed=ResourceSet([1, 200]))
    expected = [(listing.integration_id, ResourceSet([1, 200]))]
    assert ALLOWED.ask(company=company.pk) == expected
    MembershipFactory(company__name="Aamu")
    assert NAMES.ask() == sorted(["Aamu", company.name])


def test_times_are_compared_as_the_database_keeps_them():
    member = MembershipFactory(valid_until=timezone.now() + timedelta(hours=1))
    assert IN_FORCE.ask(now=timezone.now()) == [member]
    assert IN_FORCE.ask(now=timezone.now() + timedelta(hours=2)) == []


def test_every_value_must_be_given(company):
    with pytest.raises(KeyError):
        ALLOWED.ask()


def test_what_was_asked_before_is_not_answered_again(company):
    listing = ListingFactory(company=company, allowed=ResourceSet())
    assert ALLOWED.ask(company=company.pk) == [(listing.integration_id, ResourceSet())]
    listing.delete()
    assert ALLOWED.ask(company=company.pk) == []


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(company):
    listing = ListingFactory(company=company)
    with pytest.raises(transaction.TransactionManagementError):
        LOCKED.ask()
    with transaction.atomic():
        assert LOCKED.ask() == [listing]


def test_an_update_changes_the_rows_of_its_queryset(company):
    allow, (mine, theirs) = allowing(), (ListingFactory(company=company), ListingFactory())
    for allowed in (ResourceSet([3]), ResourceSet([4, 5])):
        assert allow.run(company=company.pk, allowed=allowed) == 1
        mine.refresh_from_db()
        assert mine.allowed == allowed
    theirs.refresh_from_db()
    assert theirs.allowed == ResourceSet()
    with pytest.raises(KeyError):
        allow.run(company=company.pk)


def allowing():
    return Update(
        lambda: Listing.objects.filter(company=given("company", BigIntegerField())),
        allowed=given("allowed", ResourceSetField()),
    )


def test_an_update_and_an_insertion_are_done_together(company, django_assert_num_queries):
    both = UpdateAndInsert(allowing(), Insert(AuditEvent))
    mine, theirs = ListingFactory(company=company), ListingFactory()
    for number in (1, 2):
        event = AuditEvent(verb="tested", actor="S", subject_kind="test", subject="%s")
        with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
            saved = both.run(event, company=company.pk, allowed=ResourceSet([number]))
        assert saved == AuditEvent.objects.get(pk=event.pk)
        assert AuditEvent.objects.count() == number
        mine.refresh_from_db()
        assert mine.allowed == ResourceSet([number])
    theirs.refresh_from_db()
    assert theirs.allowed == ResourceSet()
    with pytest.raises(KeyError):
        both.run(event, company=company.pk)


def test_an_update_is_not_saved_without_its_insertion(company):
    both = UpdateAndInsert(allowing(), Insert(AuditEvent))
    mine = ListingFactory(company=company)
    nameless = AuditEvent(verb=None, actor="S", subject_kind="test", subject="x")
    with transaction.atomic():
        with suppress(DatabaseError):
            both.run(nameless, company=company.pk, allowed=ResourceSet([1]))
        assert transaction.get_rollback()
    mine.refresh_from_db()
    assert mine.allowed == ResourceSet()
    assert not AuditEvent.objects.exists()


def test_an_inserted_row_is_as_the_orm_would_insert_it():
    facts = {
        "verb": "tested",
        "actor": "Somebody",
        "subject_kind": "test",
        "subject": "%s",
        "before": None,
        "after": {"ä": [1]},
        "added": b"\x00\xff",
    }
    ours = Insert(AuditEvent).run(AuditEvent(**facts))
    theirs = AuditEvent(**facts)
    theirs.save()
    columns = [f.attname for f in AuditEvent._meta.fields if f.attname not in ("id", "at")]
    rows = {row["id"]: row for row in AuditEvent.objects.values("id", *columns)}
    one, other = (
        {name: bytes(value) if name == "added" else value for name, value in rows[pk].items()}
        for pk in (ours.pk, theirs.pk)
    )
    assert {**one, "id": 0} == {**other, "id": 0}
    assert theirs.pk == ours.pk + 1
    assert not ours._state.adding


def test_text_that_looks_like_a_place_stays_text(company):
    named = Statement(lambda: Company.objects.filter(name=given("name", TextField())))
    company.name = "100 %s"
    company.save()
    assert named.ask(name="100 %s") == [company]


def of_person():
    found = Membership.objects.visible_to(given("user", BigIntegerField()))
    return found.filter(company__business_id=given("business_id", CharField()))


def test_threads_that_ask_first_together_all_get_a_whole_statement():
    """A compiler shared by two threads loses joins; only making it ready needs no database."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            for _ in range(30):
                statement, together = Statement(of_person), Barrier(8)

                def prepare(statement=statement, together=together):
                    together.wait()
                    return statement._prepared.compiled.sql

                texts = list(threads.map(lambda ready: ready(), [prepare] * 8))
                expected = Statement(of_person)._prepared.compiled.sql
                assert {*texts, statement._prepared.compiled.sql} == {expected}
    finally:
        sys.setswitchinterval(before)


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_lets_nothing_be_saved(company):
    twin = Company(business_id=company.business_id, name="Twin", package="basic")
    with transaction.atomic():
        Company.objects.update(name="Saved nevertheless")
        with suppress(DatabaseError):
            Insert(Company).run(twin)
        assert transaction.get_rollback()
    company.refresh_from_db()
    assert company.name != "Saved nevertheless"
