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

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
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

    def sign_in(self, email):
        page = self.open("/accounts/login/")
        self.send("/accounts/login/", page, login=email, password=PASSWORD)
        return self


@dataclass
class Load:
    """What people who press switches saw."""

    pressed: int = 0
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
def pressing(machine, email, rights, codes=("customer.nv", "salesinvoice.nv", "product.nv")):
    """Three people press switches of one company."""
    load = Load()
    threads = [
        threading.Thread(target=load.press, args=[Browser(machine).sign_in(email), rights, code])
        for code in codes
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.ends.set()
        for thread in threads:
            thread.join(60)
