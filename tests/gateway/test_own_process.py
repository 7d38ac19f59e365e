"""The gateway's own process loads what its answers need, and answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"allauth", "fido2", "requests", "django_tasks_db", "netvisor_rights.urls", "apps.rights"}
REPORTS = {"sentry_sdk", "opentelemetry"}
CONFIGURED = """
import runpy
runpy.run_path("docs/operating/gunicorn.conf.py")
"""


def said_by(program, **environment):
    """Return what a process of its own prints."""
    ours = ("DJANGO_SETTINGS_MODULE", "PROCESS")
    inherited = {name: os.environ[name] for name in os.environ if name not in ours}
    called = [sys.executable, "-c", program]
    told = subprocess.run(
        called, env=inherited | environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return told.stdout.split()


@pytest.mark.parametrize("before", ["", CONFIGURED], ids=["alone", "under gunicorn's settings"])
def test_it_loads_nothing_of_the_pages(before):
    program = f"{before}\nimport sys, netvisor_rights.gateway_wsgi\nprint(*sys.modules)"
    loaded = said_by(program, PROCESS="gateway")
    assert "apps.gateway.services" in loaded
    assert PAGES.union(REPORTS, ["prometheus_client"]).isdisjoint(loaded)


ASKED = """
from wsgiref.util import setup_testing_defaults
from netvisor_rights.gateway_wsgi import respond
for path in ("/gateway/authorize", "/healthz", "/readyz"):
    asked = {"PATH_INFO": path}
    setup_testing_defaults(asked)
    respond(asked, lambda status, headers: print(status[:3]))
"""


def test_it_knows_strangers_by_its_settings_and_says_that_it_is_alive():
    assert said_by(ASKED, PROCESS="gateway") == ["403", "200", "404"]


def test_the_pages_process_sends_errors_and_traces_only_where_it_is_told_to():
    loaded = said_by("import sys, netvisor_rights.wsgi\nprint(*sys.modules)")
    assert PAGES.union(["netvisor_rights.gateway_wsgi"]).issubset(loaded)
    assert REPORTS.isdisjoint(loaded)
