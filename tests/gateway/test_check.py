"""What `manage.py check` says of the gateway's settings, and what else goes on without them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.gateway.over_wsgi import WHOLE

ROOT = Path(__file__).resolve().parents[2]


def check(*words, **environment):
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_it_fails_at_settings_that_are_wrong_or_missing():
    wrong = {"GATEWAY_BASES": "localhost", "GATEWAY_TARGET": "", "GATEWAY_SECRETS": "short"}
    done = check(**wrong, GATEWAY_LAG="0")
    assert done.returncode == 1
    found = re.findall(r"\(gateway\.E00\d\) (GATEWAY_[A-Z]+)", done.stderr)
    assert found == [*wrong, "GATEWAY_LAG"]


def test_it_passes_when_they_are_whole():
    assert check(GATEWAY_BASES="https://localhost", GATEWAY_LAG="300").returncode == 0


@pytest.mark.django_db
def test_no_other_command_stops(settings, capsys):
    settings.GATEWAY = {**WHOLE, "bases": []}
    call_command("run_bulk", skip_checks=False)
    assert "0 bulk changes run." in capsys.readouterr().out
