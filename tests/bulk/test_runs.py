"""Runners that are killed, that meet, and that find companies changed meanwhile."""

import io
import time
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.bulk import services, tasks
from apps.bulk.models import BulkChange
from apps.bulk.tasks import run
from apps.companies.access import OfficeAccess
from apps.companies.models import Company, Membership
from apps.jobs.models import Job
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from apps.rights import services as resources
from tests.factories import ListingFactory, MembershipFactory, UserFactory
from tests.races import at_once
from tests.rights.addresses import set_url

TPK = {"editor": True, "roles": ["TPK", "KH"]}


@pytest.fixture
def office_access(db):
    user = UserFactory()
    for number in range(4):
        MembershipFactory(user=user, company__name=f"Company {number}", **TPK)
    return OfficeAccess(user)


def drafted(office_access, integration, *positions, action="allow"):
    return services.draft(
        office_access,
        Company.objects.all(),
        integration=integration,
        resources=ResourceSet(positions),
        action=action,
        chosen="single",
        reason="a test",
    )


def started(office_access, integration, *positions, action="allow"):
    change = drafted(office_access, integration, *positions, action=action)
    services.start(change)
    return change


def check_each_once(change, count):
    assert set(change.items.values_list("state", flat=True)) == {"done"}
    events = AuditEvent.objects.filter(bulk_id=change.pk)
    assert events.count() == events.values("company_id").distinct().count() == count


def test_a_killed_runner_leaves_no_company_half_done(office_access, severa, monkeypatch):
    change, bring_all = started(office_access, severa, 0, 1), resources.bring_all

    def killed(*args, **kwargs):
        bring_all(*args, **kwargs)
        raise KeyboardInterrupt  # as little can be caught as a signal that kills

    with monkeypatch.context() as patched:
        patched.setattr(resources, "bring_all", killed)
        with pytest.raises(KeyboardInterrupt):
            services.advance(change.pk)
    assert Listing.objects.count() == AuditEvent.objects.count() == 0
    assert change.items.filter(state="waiting").count() == 4
    call_command("run_bulk", stdout=io.StringIO())
    check_each_once(change, 4)


@pytest.mark.django_db(transaction=True)
def test_runners_that_meet_change_each_company_once(office_access, severa, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    change = started(office_access, severa, 0, 1)
    at_once(*[lambda: run(change.pk)] * 3)
    check_each_once(change, 4)


@pytest.mark.django_db(transaction=True)
def test_a_bulk_change_racing_with_a_switch_loses_neither(
    office_access, severa, catalogue, sign_in
):
    change = started(office_access, severa, 0)
    company = Membership.objects.filter(user=office_access.user).earliest("pk").company
    client, other = sign_in(office_access.user), catalogue.resources[1]
    switch = set_url(company, severa), {"allow": other.code}
    at_once(lambda: run(change.pk), lambda: client.post(*switch))
    listing = Listing.objects.get(company=company, integration=severa)
    assert listing.allowed == ResourceSet([0, other.position])


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_draft_that_is_being_started_stays(office_access, severa):
    change, starting = drafted(office_access, severa, 0), Event()
    BulkChange.objects.update(made_at=timezone.now() - services.FORGOTTEN)

    def start():
        with transaction.atomic():
            services.start(change)
            starting.set()
            time.sleep(0.5)  # while the other waits for its turn

    def forget():
        starting.wait(5)
        services.forget_drafts()

    at_once(start, forget)
    assert change.items.count() == 4


SETS = st.sets(st.integers(0, 4)).map(ResourceSet)


@settings(max_examples=25)
@given(
    before=st.lists(SETS, min_size=4, max_size=4),
    within=SETS,
    action=st.sampled_from(["allow", "block", "exact"]),
)
def test_putting_back_restores_exactly(office_access, severa, before, within, action):
    Listing.objects.all().delete()
    for company, allowed in zip(office_access.companies.order_by("pk"), before, strict=True):
        ListingFactory(company=company, integration=severa, allowed=allowed)
    change = started(office_access, severa, *within, action=action)
    run(change.pk)
    if change.items.filter(state="done").exists():
        back = services.put_back(office_access, change, "too early")
        services.start(back)
        run(back.pk)
    now = Listing.objects.order_by("company_id").values_list("allowed", flat=True)
    assert list(now) == before


def test_a_person_whose_account_was_closed_changes_nothing(office_access, severa):
    change = started(office_access, severa, 0)
    office_access.user.is_active = False
    office_access.user.save()
    run(change.pk)
    assert set(change.items.values_list("why", flat=True)) == {"no_right"}
    assert not Listing.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", ["company", "item"])
def test_what_somebody_else_holds_is_for_later(office_access, severa, row):
    change, ran = started(office_access, severa, 0), []
    first = change.items.earliest("pk")
    held = Company.objects.filter(pk=first.company_id) if row == "company" else change.items
    with transaction.atomic():
        held.select_for_update().earliest("pk")
        at_once(lambda: ran.extend([services.advance(change.pk), services.advance(change.pk)]))
        assert ran == [3, 0]
        assert [item.pk for item in change.items.waiting()] == [first.pk]
    run(change.pk)
    check_each_once(change, 4)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all")
@pytest.mark.django_db(transaction=True)
def test_a_batch_that_would_wait_too_long_goes_company_by_company(office_access, severa):
    company = Company.objects.earliest("pk")
    ListingFactory(company=company, integration=severa)
    change, ran = started(office_access, severa, 0), []

    def run_impatiently():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            ran.append(services.advance(change.pk))
            cursor.execute("RESET lock_timeout")

    with transaction.atomic():
        Listing.objects.select_for_update().get()  # as nobody does who has not locked the company
        at_once(run_impatiently)
    assert ran == [3]
    assert [item.company for item in change.items.waiting()] == [company]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all")
@pytest.mark.django_db(transaction=True)
def test_a_job_does_not_wait_long_for_what_somebody_else_holds(office_access, severa, monkeypatch):
    monkeypatch.setattr(tasks, "PATIENCE", 0.1)
    change = started(office_access, severa, 0)
    with transaction.atomic():
        Company.objects.select_for_update().earliest("pk")
        at_once(lambda: tasks.go_on.call(str(change.pk)))
    assert change.items.waiting().count() == 1
    assert not Job.objects.exists()
    tasks.go_on.call(str(change.pk))
    check_each_once(change, 4)


def test_a_company_that_moved_since_it_was_drafted_is_refused(office_access, severa):
    change = started(office_access, severa, 0)
    Company.objects.update(office=None)
    run(change.pk)
    assert set(change.items.values_list("why", flat=True)) == {"no_right"}


def test_only_companies_that_one_serves_are_drafted(office_access, severa):
    MembershipFactory(user=office_access.user, editor=True)
    change = started(office_access, severa, 0)
    assert change.items.count() == 4
