"""What was served at the tag layout-1 goes on while today's migrations run beneath it."""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest

from apps.demo.services import PASSWORD
from scripts import with_postgres
from tests.gateways.servers import free_port, running

pytestmark = pytest.mark.deploy
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ["kh@demo.example", "tpk@demo.example", "kh@demo.example"]
COMPANIES = ["Demo Bakery", "Demo Bakery", "Demo Carpentry"]
SERVER = "netvisor_rights.wsgi --threads 4 --workers 2 --no-control-socket"


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The project as it was at the tag; skipped where history is missing."""
    git = [shutil.which("git") or "false", "archive", "layout-1"]
    packed = subprocess.run(git, cwd=ROOT, capture_output=True)
    if packed.returncode:
        pytest.skip("the tag layout-1 is missing here: git fetch --tags --unshallow")
    folder = tmp_path_factory.mktemp("layout-1")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    (folder / "var").mkdir()
    return folder


@pytest.fixture(scope="module")
def database():
    """The address of an empty PostgreSQL."""
    with with_postgres.server() as folder:
        yield f"postgresql://postgres@/postgres?host={folder}"


def manage(folder, database, *words):
    """Run a command of the project in a folder."""
    environment = {**os.environ, "DATABASE_URL": database}
    manage = [sys.executable, "manage.py", *words]
    subprocess.run(manage, cwd=folder, env=environment, check=True, capture_output=True)


class Presser(threading.Thread):
    """Somebody who allows and blocks a resource in turn until told to stop."""

    def __init__(self, base, email, page, code, until):
        super().__init__()
        self.base, self.page, self.code, self.until = base, page, code, until
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.answers = []
        self.send("/accounts/login/", login=email, password=PASSWORD)

    def send(self, path, **form):
        """Post a form with the token that its page has."""
        with self.browser.open(self.base + path) as shown:
            token = re.search(
                r'(?:Token": "|csrfmiddlewaretoken" value=")(\w+)', shown.read().decode()
            )
        sent = urlencode({**form, "csrfmiddlewaretoken": token[1]}).encode()
        to = path if "login" in form else f"{path}set/"
        with self.browser.open(self.base + to, sent) as answer:
            return answer.status

    def run(self):
        while not self.until.is_set():
            wish = "block" if len(self.answers) % 2 else "allow"
            try:
                self.answers.append(self.send(self.page, **{wish: self.code}))
            except (HTTPError, OSError) as failed:
                self.answers.append(failed)


@pytest.fixture
def pressers(before, database):
    """Three people who press switches of what was served at the tag."""
    for words in ["migrate"], ["createcachetable"], ["sync_catalog"], ["demo"]:
        manage(before, database, *words)
    port, until = free_port(), threading.Event()
    environment = {**os.environ, "DATABASE_URL": database, "PLAIN_STATIC": "on"}
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--bind", f"127.0.0.1:{port}"]
    told = {"cwd": before, "env": environment}
    with psycopg.connect(database) as asked:
        ids = dict(asked.execute("SELECT name, business_id FROM companies_company").fetchall())
        codes = asked.execute("SELECT code FROM resources_interfaceresource LIMIT 3").fetchall()
    pages = [f"/companies/{ids[name]}/interface-resources/" for name in COMPANIES]
    with running([*gunicorn, *SERVER.split()], port, before, **told):
        base = f"http://localhost:{port}"
        found = zip(PEOPLE, pages, codes, strict=True)
        yield [Presser(base, email, page, code, until) for email, page, (code,) in found]
        until.set()


def test_no_press_fails_while_migrations_run(pressers, database):
    for presser in pressers:
        presser.start()
    time.sleep(2)
    pressed = [len(presser.answers) for presser in pressers]
    manage(ROOT, database, "migrate")
    during = [len(presser.answers) for presser in pressers]
    time.sleep(3)
    pressers[0].until.set()
    for presser in pressers:
        presser.join(20)
    assert {str(status) for presser in pressers for status in presser.answers} == {"200"}
    after = [len(presser.answers) for presser in pressers]
    for counts in zip(pressed, during, after, strict=True):
        assert 0 < counts[0] < counts[1] < counts[2]
