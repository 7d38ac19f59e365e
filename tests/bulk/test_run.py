"""A bulk change runs company by company, and can be stopped and tried again."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.bulk import services, tasks
from apps.bulk.models import BulkChange
from apps.companies.models import Membership
from apps.jobs.models import Job
from apps.resources.models import Listing
from apps.resources.rules import ResourceSet
from scripts.world import start_bulk
from tests.bulk.helpers import TPK, URL, allowed, drafted, run, states
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory, set_of
from tests.files import rows_of
from tests.work import work


def test_it_runs_with_one_event_per_company(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    assert set(states(change).values()) == {("done", "")}
    events = AuditEvent.objects.filter(bulk_id=change.pk, reason="a ticket", verb="rights:allow")
    assert sorted(event.company_id for event in events) == sorted(c.pk for c in companies)
    assert {allowed(company, severa) for company in companies} == {severa.needed}
    assert "Started" in client.get(f"{URL}{change.pk}/").text


def test_exactly_so_blocks_the_rest(client, companies, severa, catalogue):
    ListingFactory(
        company=companies[0], integration=severa, allowed=set_of(catalogue, ["employee.nv"])
    )
    run(client, drafted(client, companies, severa, action="exact"))
    assert allowed(companies[0], severa) == severa.needed


def test_all_integrations_are_blocked_general_rights_too(client, companies, severa, catalogue):
    everything = ResourceSet(range(5))
    ListingFactory(company=companies[0], integration=None, allowed=everything)
    ListingFactory(company=companies[0], integration=severa, allowed=everything)
    wish = {"integration": "all", "chosen": "section", "section": "sales", "action": "block"}
    change = run(client, drafted(client, companies, **wish))
    rest = set_of(catalogue, ["employee.nv", "getemployee.nv"])
    assert allowed(companies[0]) == allowed(companies[0], severa) == rest
    assert states(change)["Birch"] == ("unchanged", "")
    assert Listing.objects.count() == 2


def test_as_in_one_company(client, companies, severa, catalogue):
    like = set_of(catalogue, ["employee.nv"])
    ListingFactory(company=companies[0], integration=severa, allowed=like)
    wish = {"chosen": "like", "like": companies[0].business_id}
    run(client, drafted(client, companies, severa, **wish))
    assert allowed(companies[1], severa) == like


def test_rights_lost_since_the_preview_are_refused(client, companies, severa):
    change = drafted(client, companies, severa)
    Membership.objects.filter(company=companies[1]).update(roles=["KH"])
    Membership.objects.filter(company=companies[2]).delete()
    change = run(client, change)
    assert states(change) == {
        "Alder": ("done", ""),
        "Birch": ("refused", "no_right"),
        "Cedar": ("refused", "no_right"),
    }
    assert Listing.objects.count() == 1


def test_only_the_refused_are_tried_again(client, companies, severa):
    change = drafted(client, companies, severa)
    Membership.objects.filter(company=companies[1]).update(levels={})
    run(client, change)
    Membership.objects.filter(company=companies[1]).update(levels={"interface_resources": "edit"})
    assert "Retry the refused ones (1)" in client.get(f"{URL}{change.pk}/").text
    client.post(f"{URL}{change.pk}/go-on/")
    call_command("run_bulk", stdout=io.StringIO())
    assert set(states(change).values()) == {("done", "")}
    assert AuditEvent.objects.filter(bulk_id=change.pk).count() == 3


def test_it_can_be_stopped_and_go_on(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    client.post(f"{URL}{change.pk}/stop/")
    call_command("run_bulk", stdout=io.StringIO())
    assert set(states(change).values()) == {("waiting", "")}
    assert "Continue with the remaining 3" in client.get(f"{URL}{change.pk}/").text
    client.post(f"{URL}{change.pk}/go-on/")
    call_command("run_bulk", stdout=io.StringIO())
    assert set(states(change).values()) == {("done", "")}


def test_the_page_shows_how_far_it_is_and_the_result_in_place(
    client, companies, severa, monkeypatch
):
    monkeypatch.setattr(services, "BATCH", 2)
    change = drafted(client, companies, severa)
    services.start(change)
    progress = {"path": f"{URL}{change.pk}/progress/", "headers": {"HX-Request": "true"}}
    for ended in (0, 2):
        assert f"{ended} of 3 companies" in client.get(f"{URL}{change.pk}/").text
        assert f'value="{ended}" max="3"' in client.get(**progress).text
        services.advance(change.pk)
    answer = client.get(**progress)
    assert answer.headers["HX-Retarget"] == "#change"
    assert "Result" in answer.text


def test_preview_progress_and_result_are_of_as_many_companies(client, companies, severa):
    ListingFactory(company=companies[0], integration=severa, allowed=severa.needed)
    left_out = {"company": [company.business_id for company in companies[:2]]}
    change = drafted(client, companies, severa, **left_out)
    heading = "Allow resources for Severa in 2 companies"
    assert heading in client.get(f"{URL}{change.pk}/").text
    services.start(change)
    assert heading in client.get(f"{URL}{change.pk}/").text
    services.advance(change.pk)
    assert heading in client.get(f"{URL}{change.pk}/").text
    assert heading in client.get(URL).text


def test_the_page_says_how_long_the_rest_takes(client, companies, severa, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    change = drafted(client, companies, severa)
    services.start(change)
    assert " left<" not in client.get(f"{URL}{change.pk}/").text
    services.advance(change.pk)
    for seconds, words in (
        (4, "A few seconds"),
        (14, "Less than a minute"),
        (55, "About 2 minutes"),
    ):
        begun = timezone.now() - timedelta(seconds=seconds)
        BulkChange.objects.update(taken_up_at=begun, moved_at=timezone.now())
        assert f"{words} left<" in client.get(f"{URL}{change.pk}/").text


def test_the_page_says_when_nobody_runs_it(client, companies, severa, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    change, long_ago = drafted(client, companies, severa), timezone.now() - timedelta(seconds=6)
    services.start(change)
    assert "Waiting to" not in client.get(f"{URL}{change.pk}/").text
    BulkChange.objects.update(moved_at=long_ago)
    assert "Waiting to be started" in client.get(f"{URL}{change.pk}/").text
    services.advance(change.pk)
    assert "Waiting to" not in client.get(f"{URL}{change.pk}/").text
    BulkChange.objects.update(moved_at=long_ago)
    assert "Waiting to continue" in client.get(f"{URL}{change.pk}/").text


def test_without_script_the_page_leads_to_itself(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    address = f"{URL}{change.pk}/"
    assert f'update by itself. <a href="{address}">Show progress</a>' in client.get(address).text
    assert client.get(f"{address}progress/").url == address


@pytest.mark.parametrize("count", [1, 50])
def test_statements_of_a_batch_do_not_grow_with_companies(
    person, severa, count, django_assert_max_num_queries
):
    listed = [MembershipFactory(user=person, **TPK).company for _ in range(count)]
    unlisted = [MembershipFactory(user=person, **TPK).company for _ in range(count)]
    for company in listed:
        ListingFactory(company=company, integration=severa)
    change = start_bulk(person, [*listed, *unlisted], [0, 1], "allow")
    with django_assert_max_num_queries(24):  # SQLite takes the events in parts
        assert services.advance(change.pk) == 2 * count
    assert {listing.allowed for listing in Listing.objects.all()} == {ResourceSet([0, 1])}


def test_a_custom_integration_is_not_carried_to_companies_that_do_not_know_it(
    client, companies, catalogue
):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    ListingFactory(company=companies[0], integration=bridge)
    change = run(client, drafted(client, companies, bridge))
    assert states(change)["Alder"] == ("done", "")
    assert states(change)["Birch"] == ("refused", "not_known")


def test_one_found_by_its_key_may_be(client, companies, catalogue):
    bridge = IntegrationFactory(custom=True, needed=set_of(catalogue, ["customer.nv"]))
    find = f"/companies/{companies[0].business_id}/interface-resources/find/"
    client.post(find, {"access_key": bridge.access_key})
    change = run(client, drafted(client, companies, bridge))
    assert set(states(change).values()) == {("done", "")}


def test_others_bulk_changes_do_not_exist(client, companies, severa, sign_in):
    change = drafted(client, companies, severa)
    colleague = MembershipFactory(company=companies[0], **TPK).user
    stranger = sign_in(colleague)
    for tail in ("", "csv/", "progress/"):
        assert stranger.get(f"{URL}{change.pk}/{tail}").status_code == 404
    for tail in ("start/", "stop/", "go-on/", "put-back/"):
        assert stranger.post(f"{URL}{change.pk}/{tail}").status_code == 404
        assert client.get(f"{URL}{change.pk}/{tail}").url == f"{URL}{change.pk}/"


def test_a_failure_in_one_company_does_not_stop_the_others(client, companies, severa, caplog):
    ListingFactory(company=companies[0], integration=severa)
    Listing.objects.update(waiting=b"damaged")
    change = run(client, drafted(client, companies, severa))
    assert states(change)["Alder"] == ("refused", "failed")
    assert states(change)["Birch"] == states(change)["Cedar"] == ("done", "")
    [failure] = [line for line in caplog.records if line.levelname == "ERROR"]
    assert f"bulk change {change.pk} failed in company {companies[0].pk}" in failure.message
    assert AuditEvent.objects.filter(bulk_id=change.pk).count() == 2


def test_the_result_as_a_file(client, companies, severa):
    change = run(client, drafted(client, companies, severa))
    rows = rows_of(client.get(f"{URL}{change.pk}/csv/"))
    assert rows[1] == ["Alder", companies[0].business_id, "Done", ""]
    assert len(rows) == 4


def test_starting_and_going_on_leave_one_job_to_a_worker(client, companies, severa):
    change = drafted(client, companies, severa)
    for tail, jobs in (("start/", 1), ("start/", 1), ("stop/", 1), ("go-on/", 2), ("go-on/", 2)):
        client.post(f"{URL}{change.pk}/{tail}")
        assert Job.objects.filter(task_path=tasks.go_on.module_path).count() == jobs
    work()
    assert set(states(change).values()) == {("done", "")}
    assert AuditEvent.objects.filter(bulk_id=change.pk).count() == 3


def test_what_takes_long_is_left_to_one_job_after_the_other(client, companies, severa, monkeypatch):
    monkeypatch.setattr(tasks, "IN_ONE_JOB", 0)
    monkeypatch.setattr(services, "BATCH", 1)
    change = run(client, drafted(client, companies, severa))
    assert set(states(change).values()) == {("done", "")}
    priorities = Job.objects.order_by("enqueued_at").values_list("priority", flat=True)
    assert list(priorities) == [10, 0, 0, 0], "the others get their turn in between"


def test_what_nobody_moves_is_gone_on_with(client, companies, severa):
    change = drafted(client, companies, severa)
    services.start(change)
    tasks.go_on_with_forsaken.call()
    assert not Job.objects.exists()
    BulkChange.objects.update(moved_at=timezone.now() - tasks.FORSAKEN)
    tasks.go_on_with_forsaken.call()
    work()
    assert set(states(change).values()) == {("done", "")}


def test_opening_an_address_that_only_takes_changes_changes_nothing(client, companies, severa):
    change = drafted(client, companies, severa)
    client.get(f"{URL}{change.pk}/start/")
    assert not BulkChange.objects.exclude(started_at=None).exists()
    services.start(change)
    client.get(f"{URL}{change.pk}/stop/")
    assert set(states(change).values()) == {("waiting", "")}
    services.stop(change)
    client.get(f"{URL}{change.pk}/go-on/")
    assert not BulkChange.objects.unfinished().exists()
    client.get(f"{URL}{run(client, drafted(client, companies, severa)).pk}/put-back/")
    assert not BulkChange.objects.exclude(puts_back=None).exists()
