"""Prometheus reads what was counted, with its token, and finds what the alerts ask for."""

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
from django.db import connection
from prometheus_client import REGISTRY
from psycopg_pool import ConnectionPool

from apps.bulk.tasks import run
from apps.companies.models import Company
from apps.core.mails import Receiver, deliver, line
from apps.core.metrics import count_waits
from apps.jobs.models import Schedule, Worker
from apps.resources.services import sync
from apps.security.models import SecurityEvent
from scripts.world import make_clients, start_bulk
from tests.deploy.conftest import needed
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FILES = Path(__file__).resolve().parents[2] / "docs/operating/prometheus"
TOKEN = "a-token-of-the-tests"
NAMED = re.compile(r"\brights_\w+")


@pytest.fixture
def read(client, settings, sign_in):
    """What Prometheus reads once people were here."""
    settings.METRICS_TOKEN = TOKEN
    now = datetime.now(UTC)
    Worker.objects.create(name="one", seen_at=now)
    Schedule.objects.create(task="apps.jobs.tasks.forget", due_at=now)
    SecurityEvent.objects.create(verb="failed")
    sign_in(UserFactory()).get("/companies/")
    client.get("/invitations/secret-token/")
    client.get("/nothing/secret-token/")
    return client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.1"})


@pytest.fixture
def counted():
    """A function that returns how much a counter rose since it was asked first."""
    begun = {}

    def risen(name, **labels):
        key = (name, *labels.values())
        value = REGISTRY.get_sample_value(name, labels) or 0
        return value - begun.setdefault(key, value)

    return risen


@pytest.mark.parametrize("sent", ["", "Bearer ", f"Bearer {TOKEN}x", TOKEN])
def test_nobody_reads_without_the_token(client, settings, sent):
    for settings.METRICS_TOKEN in ("", TOKEN):
        assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_answers_are_counted_by_pattern_and_never_by_address(read):
    assert read.status_code == 200
    line = 'rights_request_seconds_count{method="GET",route="companies/",status="200"}'
    assert line in read.text
    assert "secret-token" not in read.text
    for line in ("rights_workers 1.0", 'rights_security_events{verb="failed"} 1.0'):
        assert line in read.text


def test_alerts_and_dashboard_ask_for_what_there_is(read):
    asked = (FILES / "alerts.yml").read_text() + (FILES / "dashboard.json").read_text()
    there = read.text + "rights_jobs rights_oldest_job_seconds"  # of jobs, which a test has none of
    assert {name for name in NAMED.findall(asked) if name not in there} == set()
    assert json.loads((FILES / "dashboard.json").read_text())["panels"]


def test_prometheus_takes_answer_and_rules(read):
    promtool = needed("promtool")
    rules = [promtool, "check", "rules", str(FILES / "alerts.yml")]
    assert subprocess.run(rules, capture_output=True).returncode == 0
    judged = [promtool, "check", "metrics"]
    said = subprocess.run(judged, input=read.content, capture_output=True)
    assert (said.returncode, said.stderr) == (0, b"")


def test_mails_are_counted_as_sent_or_failed(counted, settings):
    for backend, outcome in (("locmem", "sent"), ("smtp", "failed")):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        settings.EMAIL_PORT = 1
        counted("rights_mails_total", outcome=outcome)
        line.hang_up()
        with suppress(OSError):
            deliver(Receiver("a@test.example", "en"), "people/mail/asked.txt", {})
        line.hang_up()
        assert counted("rights_mails_total", outcome=outcome) == 1


def test_companies_of_bulk_changes_are_counted(counted):
    sync()
    change = start_bulk(make_clients(3), Company.objects.all(), range(2), "allow")
    counted("rights_bulk_companies_total")
    run(change.pk)
    assert counted("rights_bulk_companies_total") == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pool")
def test_whoever_waits_for_a_connection_is_counted(counted):
    for name in ("rights_pool_waits_total", "rights_pool_wait_seconds_total"):
        counted(name)
    where = {name: connection.get_connection_params()[name] for name in ("dbname", "user", "host")}
    with (
        ThreadPoolExecutor() as others,
        ConnectionPool(kwargs=where, min_size=1, max_size=1) as pool,
    ):
        pool.wait()
        with pool.connection():
            waits = others.submit(lambda: pool.putconn(pool.getconn()))
            sleep(0.3)
        waits.result()
        count_waits(pool)
    assert counted("rights_pool_waits_total") == 1
    assert counted("rights_pool_wait_seconds_total") >= 0.2
