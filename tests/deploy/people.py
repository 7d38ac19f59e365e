"""People in browsers, as far as forms go, who press switches all the time."""

import http.cookiejar
import re
import ssl
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urlencode

from tests.deploy.units import variables
from tests.gateway.conftest import ACCOUNT
from tests.gateway.signer import signed
from tests.gateways.servers import send
from tests.jobs.conftest import until

CODES = "customer.nv", "salesinvoice.nv", "product.nv"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
KNOWN = """
import uuid
from apps.accounts.models import User
from apps.companies.models import Company
from apps.identifiers.models import ApiIdentifier
from apps.resources.models import Integration
Integration.objects.create(name_en="Tills", kind="finished", partner_id="{partner_id}", partner_key="{partner_key}")
ApiIdentifier.objects.create(owner=User.objects.get(), made_in=Company.objects.get(), user_id="{customer_id}", key="{customer_key}", purpose="api", once=uuid.uuid4())
"""
"""What the site and Kaisa know of the client that signs as the tests do."""
CONFIRM = "/accounts/second-factor/confirm/"
PASSWORD = "kissankellot soivat mäellä"


class Browser:
    """Somebody's browser; an answer that is no page raises."""

    def __init__(self, machine):
        trusting = ssl.create_default_context(cafile=machine.certificate)
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        over_tls = urllib.request.HTTPSHandler(context=trusting)
        self.opener = urllib.request.build_opener(jar, over_tls)
        self.site = f"https://localhost:{machine.ports['https']}"
        self.opener.addheaders = [("Referer", f"{self.site}/"), ("Accept-Language", "en")]

    def open(self, path, body=None):
        with self.opener.open(self.site + path, body, timeout=30) as answer:
            self.at = answer.url.removeprefix(self.site)
            return answer.read().decode()

    def send(self, path, page, **sent):
        """Send a form of a page."""
        [token, *_] = TOKEN.findall(page)
        return self.open(path, urlencode(sent | {"csrfmiddlewaretoken": token}).encode())

    def status(self, path):
        """Return the status of an answer, and its headers."""
        try:
            with self.opener.open(self.site + path, timeout=30) as answer:
                return answer.status, answer.headers
        except HTTPError as refusal:
            return refusal.code, refusal.headers

    def press(self, rights, code):
        """Press the switch of a resource; raises AssertionError when nothing was saved."""
        page = self.open(rights)
        wish = wish_of(page, code)
        after = wish_of(self.send(f"{rights}set/", page, **{wish: code}), code)
        assert {wish, after} == {"allow", "block"}

    def sign_in(self, email, codes):
        """Sign in with the password, and the first time here with a recovery code besides."""
        page = self.open("/accounts/login/")
        page = self.send("/accounts/login/", page, login=email, password=PASSWORD)
        if self.at.startswith(CONFIRM):
            page = self.send(CONFIRM, page, code=codes.pop())
            self.send("/accounts/second-factor/remember/", page, action="trust")
        assert self.at.startswith("/companies/"), self.at


class Caller:
    """A client of the interface, whose gateway asks about each of its requests."""

    def __init__(self, machine):
        self.port = machine.ports["gateway"]
        self.secret = variables(machine.root / "etc/netvisor-rights/environment")["GATEWAY_SECRETS"]
        machine.run(f"netvisor-rights shell -v 0 -c '{KNOWN.format(**ACCOUNT)}'")

    def ask(self, target="/customerlist.nv"):
        """Return the status of the answer about a request that is signed now."""
        made = signed(target, base="https://api.example.fi")
        headers = [(name[5:].replace("_", "-"), value) for name, value in made.items()]
        headers += [("X-Gateway-Secret", self.secret), ("X-Original-URI", target)]
        headers += [("X-Original-Method", "GET")]
        return send(self.port, "/gateway/authorize", headers).status

    def wait(self):
        """Return once it is answered: each process finds out for itself that connections are cut."""
        until(lambda: {self.ask() for _ in range(10)} == {HTTPStatus.NO_CONTENT})


@dataclass
class Load:
    """What people who press switches saw."""

    pressed: int = 0
    called: int = 0
    failed: list = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)

    def press(self, browser, rights, code):
        """Press the switch of a resource over and over, on a page that is opened each time."""
        while not self.ends.is_set():
            try:
                browser.press(rights, code)
                self.pressed += 1
            except (OSError, AssertionError) as error:
                # Somebody else is changing this company's rights: the page says to press again.
                if getattr(error, "code", None) != HTTPStatus.CONFLICT:
                    self.failed.append(repr(error))

    def call(self, caller):
        """Sign a request over and over; each is allowed."""
        while not self.ends.is_set():
            try:
                assert caller.ask() == HTTPStatus.NO_CONTENT
                self.called += 1
                sleep(0.05)
            except (OSError, AssertionError) as error:
                self.failed.append(repr(error))

    def on(self, presses=10):
        """Return once so many more presses have been answered."""
        until, ends = self.pressed + presses, monotonic() + 60
        while self.pressed < until and monotonic() < ends:
            sleep(0.01)
        assert self.pressed >= until, self.failed[-3:]


def wish_of(page, code):
    """Return what the switch of a resource would do: allow or block."""
    return re.search(rf'name="(allow|block)"[^>]* value="{re.escape(code)}" role="switch"', page)[1]


@contextmanager
def pressing(people, rights, caller=None):
    """Three people press switches of one company, and a client of the interface may call."""
    load = Load()
    if caller:
        caller.wait()
    threads = [
        threading.Thread(target=load.press, args=[one, rights, code])
        for one, code in zip(people, CODES, strict=True)
    ]
    threads += [threading.Thread(target=load.call, args=[caller])] if caller else []
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.ends.set()
        for thread in threads:
            thread.join(60)
