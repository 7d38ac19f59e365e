"""Prometheus reads what was counted, with its token, and finds what the alerts ask for."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.jobs.models import Schedule, Worker
from apps.security.models import SecurityEvent
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
