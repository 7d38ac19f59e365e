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
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8765"))
ROUNDS, REQUESTS, LISTINGS = 15, 40, 20
BUDGETS = {"page": 0.7, "toggle": 0.6}
SETTINGS = "scripts.bench_settings"


def make_world() -> tuple[str, str, str]:
    """Load the demo world with 20 listings; return a browser's cookies and two addresses."""
    from django.test import Client

    from apps.accounts.models import User
    from apps.companies.models import Company
    from apps.office import demo
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

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """Send a request; return status and body as sent."""
        headers = {"Cookie": self.cookies, "Accept-Encoding": "gzip", "HX-Request": "true"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = f"csrfmiddlewaretoken={'c' * 32}&{body}"
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def rate(self, method: str, path: str, bodies: list[str]) -> float:
        """Return requests per second over one round."""
        start = time.perf_counter()
        for number in range(REQUESTS):
            self.ask(method, path, bodies[number % len(bodies)])
        return REQUESTS / (time.perf_counter() - start)


def measure(browser: Browser, page: str, toggle: str) -> dict[str, list[float]]:
    """Return the ratios of each round."""
    wishes = ["allow=customer.nv", "block=customer.nv"]
    ratios: dict[str, list[float]] = {"page": [], "toggle": []}
    rates = []
    for _ in range(ROUNDS):
        constant = browser.rate("GET", f"/constant{page}", [""])
        rates.append(constant)
        ratios["page"].append(browser.rate("GET", page, [""]) / constant)
        ratios["toggle"].append(browser.rate("POST", toggle, wishes) / constant)
    print(f"constant page: {1000 / statistics.median(rates):.2f} ms")
    return ratios


def check(browser: Browser, page: str, toggle: str) -> None:
    """Exit unless the answers are what they should be."""
    status, body = browser.ask("GET", page)
    text = gzip.decompress(body).decode()
    assert status == 200, status
    assert text.count('role="switch"') == 119, "119 switches"
    _status, constant = browser.ask("GET", f"/constant{page}")
    assert len(gzip.decompress(constant)) == len(text.encode()), "the same number of bytes"
    status, answer = browser.ask("POST", toggle, "allow=customer.nv")
    said = gzip.decompress(answer).decode() if answer[:2] == b"\x1f\x8b" else answer.decode()
    assert status == 200, said
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
            print(f"{name:8} {spread}  of the constant page's rate; budget {BUDGETS[name]}")
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
