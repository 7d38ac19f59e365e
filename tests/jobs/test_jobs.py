"""Jobs are tried again, taken over and begun by the clock."""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus

from apps.core.reports import NoRoutine
from apps.identifiers.tasks import tell_owner
from apps.jobs import services
from apps.jobs.models import Job, Schedule, Worker
from apps.people import tasks as people
from tests.factories import ApiIdentifierFactory, UserFactory
from tests.work import work

pytestmark = pytest.mark.django_db
DAY, NOTHING = timedelta(days=1), "apps.jobs.tasks.forget"


@pytest.fixture
def failed():
    """A job that fails: nobody is there to ask."""
    people.ask_colleague.enqueue(company="none", asker=1, identifier=1, colleague=1, site="")
    work()
    return Job.objects.get()


def test_what_failed_waits_for_its_next_try_and_keeps_its_error(failed):
    assert failed.status == TaskResultStatus.FAILED
    services.retry()
    failed.refresh_from_db()
    assert failed.status == TaskResultStatus.READY
    assert failed.run_after - failed.finished_at == timedelta(seconds=10)
    assert "ValueError" in failed.last_error
    work()
    assert Job.objects.get().tries == 1


@pytest.mark.parametrize(("ago", "tries"), [(DAY, 1), (DAY - timedelta(minutes=30), 12)])
def test_what_failed_for_a_day_or_would_run_again_after_one_is_given_up(failed, ago, tries):
    Job.objects.update(enqueued_at=timezone.now() - ago, worker_ids=["one"] * tries)
    services.retry()
    assert Job.objects.get().status == TaskResultStatus.FAILED


def in_hand(worker, seen):
    now = timezone.now()
    Worker.objects.create(name=worker, seen_at=now - seen)
    people.ask_colleague.enqueue(company=1, asker=1, identifier=1, colleague=1, site="")
    Job.objects.get().claim(worker)


@pytest.mark.parametrize(("seconds", "status"), [(50, "RUNNING"), (70, "READY")])
def test_only_what_a_worker_that_is_gone_had_in_hand_is_taken_over(seconds, status):
    in_hand("one", timedelta(seconds=seconds))
    services.take_over()
    assert Job.objects.get().status == status


def test_what_is_due_by_the_clock_is_begun_once():
    services.begin({NOTHING: DAY})
    assert not Job.objects.exists()  # the first time is a day from now
    Schedule.objects.update(due_at=timezone.now())
    for _ in range(3):
        services.begin({NOTHING: DAY})
    assert Job.objects.get().task_path == NOTHING
    Schedule.objects.update(due_at=timezone.now())
    services.begin({NOTHING: DAY})
    assert Job.objects.count() == 1  # the last one has not ended
    work()
    Schedule.objects.update(due_at=timezone.now())
    services.begin({NOTHING: DAY})
    assert Job.objects.count() == 2


def test_jobs_that_are_over_are_forgotten(failed):
    Job.objects.update(finished_at=timezone.now() - 29 * DAY)
    call_command("prune_db_task_results", queue_name="*", verbosity=0)
    assert not Job.objects.exists()


def test_site_staff_see_what_failed_and_why(sign_in, failed):
    staff = sign_in(UserFactory(is_staff=True, is_superuser=True))
    page = staff.get("/admin/jobs/job/").text
    assert "ask_colleague" in page
    assert "ValueError" in page
    assert staff.get(f"/admin/jobs/job/{failed.pk}/change/").status_code == 200
    assert staff.get("/admin/jobs/job/add/").status_code == 403


def test_the_log_tells_of_jobs_that_failed_alone():
    def told(level):
        record = logging.LogRecord("django_tasks", level, "", 0, "", None, None)
        return NoRoutine().filter(record)

    assert not told(logging.INFO)
    assert told(logging.ERROR)


def test_an_owner_whose_address_takes_no_mail_ever_is_not_tried_again(monkeypatch):
    def refuse(_self, sent):
        raise SMTPRecipientsRefused({sent[0].to[0]: (550, b"no such mailbox")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    one = ApiIdentifierFactory()
    tell_owner.enqueue(one.pk, one.made_in.pk, one.owner.pk, stopped=True)
    work()
    assert Job.objects.get().status == TaskResultStatus.SUCCESSFUL
