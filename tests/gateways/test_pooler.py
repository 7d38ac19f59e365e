"""The pages and the endpoint behind PgBouncer, which gives each transaction any connection."""

import http.cookiejar
import os
import re
import sys
import threading
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from apps.accounts.hashers import Argon2InTurns
from scripts.with_postgres import unprivileged
from tests.factories import PASSWORD, MembershipFactory
from tests.gateway.conftest import account  # noqa: F401 - a fixture
from tests.gateways.senders import ALLOWED, BASE, BLOCKED, answers_to, asking
from tests.gateways.servers import PROJECT, SECRET, free_port, program, running

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
CONFIGURATION = """
[databases]
* = host={host} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 3
"""


@pytest.fixture
def kh(account):  # noqa: F811 - the fixture
    """A user administrator of the account's company, whose password is hashed as in earnest."""
    person = MembershipFactory(company=account.made_in, editor=True).user
    hasher = Argon2InTurns()
    person.password = hasher.encode(PASSWORD, hasher.salt())
    person.save()
    return person


@pytest.fixture
def pooler(kh, own):
    """Where PgBouncer hands on three connections to whoever asks."""
    binary, port, folder = program("pgbouncer"), free_port(), own.cluster.folder
    written = folder / "pgbouncer.ini"
    written.write_text(CONFIGURATION.format(host=folder, port=port))
    with running([binary, str(written)], port, folder, **unprivileged(folder)):
        yield f"postgresql://postgres@127.0.0.1:{port}/{own.name}"


@pytest.fixture
def site(pooler, tmp_path):
    """The product behind it."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), "netvisor_rights.wsgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--threads", "8", "--no-control-socket"]
    environment = os.environ | {
        "DATABASE_URL": pooler,
        "POOLER": "transaction",
        "ALLOWED_HOSTS": "127.0.0.1",
        "GATEWAY_BASES": BASE,
        "GATEWAY_TARGET": "x-original-uri",
        "GATEWAY_SECRETS": SECRET,
    }
    with running(command, port, tmp_path, env=environment, cwd=PROJECT):
        yield port


class Browser:
    """Somebody who signs in by the form and goes on from there; any answer but 200 raises."""

    def __init__(self, port):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener, self.site = urllib.request.build_opener(jar), f"http://127.0.0.1:{port}"

    def open(self, path):
        return self.opener.open(self.site + path, timeout=30).read().decode()

    def send(self, path, page, **sent):
        [token, *_] = TOKEN.findall(page)
        body = urlencode(sent | {"csrfmiddlewaretoken": token}).encode()
        return self.opener.open(self.site + path, body, timeout=30).read().decode()


def walk(port, person, code, seen):
    """Sign in, look around, and press a switch there and back."""
    browser = Browser(port)
    login = browser.open("/accounts/login/")
    browser.send("/accounts/login/", login, login=person, password=PASSWORD)
    company = re.search(r"/companies/[\d-]+/", browser.open("/companies/"))[0]
    for path in ("", "users/", "history/", "history/csv/", "api-identifiers/"):
        browser.open(company + path)
    rights = f"{company}interface-resources/"
    for wish in ("allow", "block"):
        seen.append(browser.send(f"{rights}set/", browser.open(rights), **{wish: code}))


def test_people_walk_side_by_side(site, kh):
    seen, codes = [], ["customer.nv", "salesinvoice.nv"]
    walkers = [threading.Thread(target=walk, args=[site, kh.email, code, seen]) for code in codes]
    for thread in walkers:
        thread.start()
    for thread in walkers:
        thread.join(120)
    assert len(seen) == 4
    assert not any("busy" in page for page in seen)


def test_the_endpoint_answers_as_ever(site):
    questions = [asking(target) for target in [ALLOWED, BLOCKED] * 50]
    assert answers_to(site, questions) == [204, 403] * 50
