"""Mail servers that refuse, are silent, or put off: no page waits, and each mail arrives once."""

import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.identifiers import tasks as identifiers
from apps.jobs.models import Job, Worker
from apps.people.models import Invitation
from tests.conftest import signed_in
from tests.factories import ApiIdentifierFactory, MembershipFactory, UserFactory
from tests.gateways.servers import free_port, send
from tests.jobs.conftest import MANAGE, environment, silent, until, well

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a worker beside the test"),
    pytest.mark.django_db(transaction=True),
]
TRIED = "the email server does not take it"


@pytest.fixture
def kh(company):
    """The browser of a user administrator."""
    return signed_in(MembershipFactory(company=company, editor=True).user)


@pytest.fixture
def users(kh, company):
    """Return a function that gives the text of the page of users."""
    return lambda: kh.get(f"/companies/{company.business_id}/users/").text


def invite(kh, company, email="nora@test.example"):
    sent = {"email": email, "name": "Nora New", "business": "sales_ledger", "once": uuid4()}
    answer = kh.post(f"/companies/{company.business_id}/users/invite/", sent)
    assert answer.status_code == 302


def hurry():
    """Let what waits for its next try be tried now."""
    Job.objects.filter(status="READY").update(run_after=timezone.now())


def arrives_once(postmaster, count=1):
    until(lambda: hurry() or len(postmaster.took) >= count)
    until(lambda: not Job.objects.exclude(status="SUCCESSFUL").exists())
    assert len(set(postmaster.took)) == len(postmaster.took) == count


def test_while_there_is_none_the_page_says_so_and_later_the_mail_arrives(
    kh, users, company, port, start_worker
):
    invite(kh, company)
    assert "Not delivered yet" in users()
    start_worker()
    until(lambda: TRIED in users())
    with well(port) as postmaster:
        arrives_once(postmaster)
    assert "Not delivered" not in users()
    assert "/invitations/" in postmaster.took[0][1]


def test_one_that_puts_off_three_times_gets_the_mail_at_the_fourth(kh, company, port, start_worker):
    with well(port, refusals=3) as postmaster:
        invite(kh, company)
        start_worker()
        arrives_once(postmaster)
    assert postmaster.refusals == 0


def test_one_that_knows_no_such_address_is_asked_once(kh, users, company, port, start_worker):
    with well(port) as postmaster:
        invite(kh, company, "unknown@test.example")
        start_worker()
        until(lambda: "the email server refuses the address" in users())
    assert Job.objects.get().status == "SUCCESSFUL"
    assert postmaster.took == []


def test_a_silent_one_is_met_by_the_worker_alone(port, start_worker, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = port
    people = [UserFactory(email=f"person{number}@test.example") for number in range(8)]
    with silent(port) as calls:
        for person in people:
            answer = Client().post("/accounts/password/reset/", {"email": person.email})
            assert answer["Location"].endswith("/done/")
        assert calls == []
        start_worker()
        until(lambda: Job.objects.filter(traceback__contains="Error").exists())
    with well(port) as postmaster:
        arrives_once(postmaster, len(people))
    assert len(postmaster.sessions) < len(people)  # one connection for many


def test_a_known_address_an_unknown_one_and_a_dead_server_look_alike(port, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = port  # nobody listens
    UserFactory(email="known@test.example")
    answers = []
    for email in ("known@test.example", "unknown@test.example"):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post("/accounts/password/reset/", {"email": email})
        answers.append((answer.status_code, answer["Location"], answer.content, len(asked)))
    assert answers[0] == answers[1]


def test_two_workers_send_each_mail_and_each_reminder_once(company, kh, port, start_worker):
    soon = timezone.now() + timedelta(days=20)
    for number in range(20):
        invite(kh, company, f"n{number}@test.example")
        owner = MembershipFactory(company=company).user
        ApiIdentifierFactory(owner=owner, made_in=company, valid_until=soon)
    workers = [start_worker(), start_worker()]
    for _ in workers:
        identifiers.remind.enqueue()
    with well(port) as postmaster:
        arrives_once(postmaster, 20 + 2 * 20)  # owners and the user administrator
    assert Invitation.objects.filter(mailed_at=None).count() == 0
    names = Job.objects.values_list("worker_ids", flat=True)
    assert len({name for tried in names for name in tried}) == len(workers)


def test_what_a_killed_worker_had_in_hand_is_done_by_another(kh, company, port, start_worker):
    with silent(port):
        invite(kh, company)
        killed = start_worker()
        until(lambda: Job.objects.filter(status="RUNNING").exists())
        killed.kill()
        killed.wait()
    Job.objects.update(status="RUNNING")  # as it stays when the kill comes in the middle
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    with well(port) as postmaster:
        start_worker()
        arrives_once(postmaster)


def test_housekeeping_does_what_waits_and_ends(kh, company, port):
    invite(kh, company)
    with well(port) as postmaster:
        command = [sys.executable, MANAGE, "housekeeping", "--skip-checks"]
        done = subprocess.run(command, env=environment(port), capture_output=True, timeout=60)
    assert done.returncode == 0
    assert len(postmaster.took) == 1
    assert not Worker.objects.exists()


def test_a_worker_beside_a_server_ends_when_the_server_is_killed(port):
    command = f"{sys.executable} {MANAGE} worker --beside --skip-checks & exec sleep 100"
    with subprocess.Popen(["/bin/bash", "-c", command], env=environment(port)) as server:
        until(Worker.objects.exists)
        server.kill()
    until(lambda: not Worker.objects.exists())


def test_prometheus_reads_beside_a_worker_what_became_of_its_mails(
    kh, company, port, start_worker, monkeypatch
):
    heard = free_port()
    monkeypatch.setenv("WORKER_METRICS", str(heard))
    invite(kh, company)
    invite(kh, company, "unknown@test.example")
    with well(port) as postmaster:
        start_worker()
        until(lambda: postmaster.took)
        for outcome in ("sent", "failed"):
            line = f'rights_mails_total{{outcome="{outcome}"}} 1.0'
            until(lambda line=line: line in send(heard, "/metrics", []).body)
