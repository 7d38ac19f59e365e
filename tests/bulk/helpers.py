"""What the tests of bulk rights share."""

import io
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.http import QueryDict
from django.utils.http import urlencode

from apps.bulk.forms import CompaniesForm
from apps.bulk.models import BulkChange
from apps.resources.models import Listing
from tests.races import database

URL = "/office/rights/"


TPK = {"editor": True, "roles": ["TPK", "KH", "KP"]}


def form(companies, severa=None, **more):
    """Return what the page would send that lists these companies, which came ticked."""
    ids = [company.business_id for company in companies]
    sent = {
        "integration": severa.public_id if severa else "general",
        "chosen": "needed" if severa else "all",
        "action": "allow",
        "reason": "a ticket",
        "preset": "1",
        "shown": ids,
        "company": ids,
        "preview": "1",
        **more,
    }
    return {"seen": CompaniesForm(QueryDict(urlencode(sent, doseq=True))).mark, **sent}


def drafted(client, companies, severa=None, **more):
    """Send the form and return the draft."""
    answer = client.post(URL, form(companies, severa, **more))
    assert answer.status_code == 302, answer.text
    return BulkChange.objects.latest("made_at")


def run(client, change):
    """Start a draft and let it run to its end."""
    client.post(f"{URL}{change.pk}/start/")
    call_command("run_bulk", stdout=io.StringIO())
    change.refresh_from_db()
    return change


@contextmanager
def worker():
    """Run what was started in a process of its own, until it is needed no more."""
    command = [sys.executable, Path(__file__).parents[2] / "manage.py", "run_bulk"]
    command.append("--skip-checks")  # they take as long as all the rest of its start
    where = os.environ | {"DATABASE_URL": database()}
    with subprocess.Popen(command, env=where, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def states(change):
    return {item.company.name: (item.state, item.why) for item in change.items.all()}


def allowed(company, integration=None):
    return Listing.objects.get(company=company, integration=integration).allowed
