#!/usr/bin/env python3
"""Measure the rights page and its toggle beside constant answers of the same size: make bench.

Starts its own server on a throwaway PostgreSQL (run it under with_postgres.py), checks that
every answer is right, then asks for each address in turn, round after round, so that whatever
else the machine does falls on all alike. Prints ratios with the budget beside them.
"""

import gzip
import http.client
import io
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8765"))
ROUNDS, REQUESTS, LISTINGS = 25, 40, 20
BUDGETS = {"page": "0.7", "page, changed": "none of its own", "toggle": "0.6"}
SETTINGS = "scripts.bench_settings"
RESOURCES = 119
SWITCH = re.compile(r'name="(allow|block)" [^>]*value="([\w.]+)" role="switch"')
OTHER = {"allow": "block", "block": "allow"}


def make_world() -> tuple[str, str, str]:
    """Load the demo world with 20 listings; return a browser's cookies and two addresses."""
    from django.test import Client

    from apps.accounts.models import User
    from apps.companies.models import Company
    from apps.demo import services as demo
    from apps.resources.models import Integration, Listing

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("sync_catalog", stdout=io.StringIO())
    demo.load()
    bakery = Company.objects.get(name=demo.BAKERY)
    for integration in Integration.objects.filter(kind="finished").exclude(
        listings__company=bakery
    ):
        if bakery.listings.count() < LISTINGS:
            Listing.objects.create(
                company=bakery, integration=integration, allowed=integration.needed
            )
    client = Client()
    user = User.objects.get(email="kh@demo.example")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    severa = Integration.objects.get(name_en="Severa")
    Listing.objects.filter(company=bakery, integration=severa).update(allowed=severa.needed)
    page = f"/companies/{bakery.business_id}/interface-resources/{severa.public_id}/"
    cookies = f"sessionid={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return f"{cookies}; company={bakery.business_id}", page, f"{page}set/"


class Browser:
    """One connection that stays open, signed in."""

    def __init__(self, cookies: str) -> None:
        self.connection = http.client.HTTPConnection("localhost", PORT, timeout=30)
        self.cookies = f"{cookies}; csrftoken={'c' * 32}"

    def ask(self, method: str, path: str, body: str = "") -> bytes:
        """Send a request and return the body as sent; exits unless it is answered well."""
        headers = {"Cookie": self.cookies, "Accept-Encoding": "gzip", "HX-Request": "true"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = f"csrfmiddlewaretoken={'c' * 32}&{body}"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        assert answer.status == 200, (answer.status, said)
        return said


def rate(step: Callable[[], None], before: Callable[[], None] | None = None) -> float:
    """Return how often per second a step is done; what comes ``before`` each is not timed."""
    spent = 0.0
    for _ in range(REQUESTS):
        if before:
            before()
        start = time.perf_counter()
        step()
        spent += time.perf_counter() - start
    return REQUESTS / spent


def measure(browser: Browser, page: str, toggle: str) -> dict[str, list[float]]:
    """Return the ratios of each round: the page again, after a change, and the change itself."""
    body = browser.ask("GET", page)
    dice = random.Random(1)  # noqa: S311
    wishes = {code: wish for wish, code in SWITCH.findall(gzip.decompress(body).decode())}
    assert len(wishes) == RESOURCES

    def constant() -> None:
        browser.ask("GET", f"/constant{page}")

    def opened() -> None:
        browser.ask("GET", page)

    def pressed() -> None:
        code = dice.choice(list(wishes))
        browser.ask("POST", toggle, f"{wishes[code]}={code}")
        wishes[code] = OTHER[wishes[code]]

    ratios: dict[str, list[float]] = {name: [] for name in BUDGETS}
    rates = []
    for _ in range(ROUNDS):
        rates.append(rate(constant))
        ratios["page"].append(rate(opened) / rates[-1])
        ratios["page, changed"].append(rate(opened, before=pressed) / rates[-1])
        ratios["toggle"].append(rate(pressed) / rates[-1])
    print(f"constant page: {1000 / statistics.median(rates):.2f} ms")
    return ratios


def check(browser: Browser, page: str, toggle: str) -> None:
    """Exit unless the answers are what they should be."""
    body = browser.ask("GET", page)
    text = gzip.decompress(body).decode()
    assert len(SWITCH.findall(text)) == RESOURCES, "all switches"
    constant = browser.ask("GET", f"/constant{page}")
    assert len(gzip.decompress(constant)) == len(text.encode()), "the same number of bytes"
    answer = browser.ask("POST", toggle, "allow=customer.nv")
    said = gzip.decompress(answer).decode() if answer[:2] == b"\x1f\x8b" else answer.decode()
    assert re.search("allowed for Severa|so already", said), said
    print(
        f"page {len(body)} bytes compressed, {len(text.encode())} plain; toggle {len(said.encode())} bytes"
    )


def main() -> None:
    """Run the server, check, measure, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    sys.path.insert(0, str(ROOT))
    django.setup()
    cookies, page, toggle = make_world()
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "netvisor_rights.wsgi",
        "--bind",
        f"localhost:{PORT}",
    ]
    server = subprocess.Popen([*gunicorn, "--threads", "4", "--no-control-socket"], cwd=ROOT)
    try:
        time.sleep(3)
        browser = Browser(cookies)
        check(browser, page, toggle)
        measure(browser, page, toggle)  # warm
        for name, found in measure(browser, page, toggle).items():
            spread = (
                f"min {min(found):.2f}  median {statistics.median(found):.2f}  max {max(found):.2f}"
            )
            print(f"{name:13} {spread}  of the constant page's rate; budget {BUDGETS[name]}")
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
