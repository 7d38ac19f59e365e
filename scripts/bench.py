#!/usr/bin/env python3
"""Measure the rights page and its toggle beside constant answers of the same size: make bench.

Starts its own server on a throwaway PostgreSQL (run it under with_postgres.py), checks that
every answer is right, then asks for each address in turn, round after round, so that whatever
else the machine does falls on all alike. The page is opened in three ways, and the slowest
counts. Prints ratios beside their budgets, and exits with 1 when one is missed.
"""

import gzip
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import django

from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8765"))
ROUNDS, WARM_ROUNDS = int(os.environ.get("BENCH_ROUNDS", "25")), 5
REQUESTS, LISTINGS, RESOURCES = 40, 20, 119
PAGE, TOGGLE = 0.45, 0.55
SETTINGS = "scripts.bench_settings"
SWITCH = re.compile(r'name="(allow|block)" [^>]*value="([\w.]+)" role="switch"')
OTHER = {"allow": "block", "block": "allow"}
Step = Callable[[], object]


def switches(html: str) -> dict[str, str]:
    """Return what the switch of each resource on a page would do: "allow" or "block"."""
    return {code: wish for wish, code in SWITCH.findall(html)}


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

    def read(self, method: str, path: str, body: str = "") -> str:
        """Send a request and return the text of the answer."""
        said = self.ask(method, path, body)
        return (gzip.decompress(said) if said[:2] == b"\x1f\x8b" else said).decode()


class Visit:
    """What a person does on the rights page of one integration, over and over."""

    def __init__(self, browser: Browser, page: str, renew: Callable[[], str]) -> None:
        self.browser, self.page, self.renew = browser, page, renew
        self.unseen = page
        self.wishes = switches(browser.read("GET", page))
        self.dice = random.Random(1)  # noqa: S311

    def constant(self) -> None:
        """Ask for the bytes of the page, made once."""
        self.browser.ask("GET", f"/constant{self.page}")

    def change(self) -> None:
        """Bring about a state of another page that was never shown."""
        self.unseen = self.renew()

    def first(self) -> None:
        """Open that other page."""
        self.browser.ask("GET", self.unseen)

    def again(self) -> None:
        """Open the page."""
        self.browser.ask("GET", self.page)

    def press(self) -> None:
        """Press a switch of the page."""
        code = self.dice.choice(list(self.wishes))
        self.browser.ask("POST", f"{self.page}set/", f"{self.wishes[code]}={code}")
        self.wishes[code] = OTHER[self.wishes[code]]


def rate(step: Step, before: Step | None = None) -> float:
    """Return how often per second a step is done; what comes ``before`` each is not timed."""
    spent = 0.0
    for _ in range(REQUESTS):
        if before:
            before()
        start = time.perf_counter()
        step()
        spent += time.perf_counter() - start
    return REQUESTS / spent


def measure(visit: Visit, rounds: int) -> dict[str, list[float]]:
    """Return each round's ratios to the constant page, and its milliseconds."""
    found: dict[str, list[float]] = {
        name: [] for name in ("constant", "first", "again", "changed", "toggle")
    }
    for _ in range(rounds):
        constant = rate(visit.constant)
        found["constant"].append(1000 / constant)
        found["first"].append(rate(visit.first, before=visit.change) / constant)
        visit.again()
        found["again"].append(rate(visit.again) / constant)
        found["changed"].append(rate(visit.again, before=visit.press) / constant)
        found["toggle"].append(rate(visit.press) / constant)
    return found


def check(visit: Visit) -> None:
    """Exit unless the answers are what they should be."""
    browser, page = visit.browser, visit.page
    text = browser.read("GET", page)
    assert len(switches(text)) == RESOURCES, "all switches"
    size = len(text.encode())
    assert len(browser.read("GET", f"/constant{page}").encode()) == size, "the same bytes"
    unseen = len(browser.read("GET", visit.renew()).encode())
    assert abs(unseen - size) < size / 10, "an unseen page of about the same size"
    said = browser.read("POST", f"{page}set/", "allow=customer.nv")
    assert re.search("allowed for Severa|already has this setting", said), said
    visit.wishes["customer.nv"] = "block"
    compressed = len(browser.ask("GET", page))
    print(f"page {compressed} bytes compressed, {size} plain; toggle {len(said.encode())} bytes")


def rows(found: Mapping[str, list[float]]) -> Iterator[Row]:
    """Yield the figures beside their budgets; of the page's three the slowest counts."""
    opened = {
        "  opened for the first time": found["first"],
        "  opened again": found["again"],
        "  opened after a change": found["changed"],
    }
    slowest = min(opened.values(), key=statistics.median)
    yield row("page, in any state", slowest, PAGE)
    for name, ratios in opened.items():
        yield row(name, ratios, PAGE)
    yield row("toggle", found["toggle"], TOGGLE)


def row(name: str, ratios: list[float], budget: float) -> Row:
    """Return the row of something whose median must not be slower than its budget."""
    median = statistics.median(ratios)
    spread = f"min {min(ratios):.2f}  median {median:.2f}  max {max(ratios):.2f}"
    said = f"{spread}  of the constant page's rate, at least {budget}"
    return Row(name, said, median >= budget)


@contextmanager
def server(threads: int = 4) -> Iterator[int]:
    """Serve on the loopback, yield the process's number, and stop."""
    gunicorn = [sys.executable, "-m", "gunicorn", "netvisor_rights.wsgi"]
    options = ["--bind", f"localhost:{PORT}", "--threads", f"{threads}", "--no-control-socket"]
    running = subprocess.Popen([*gunicorn, *options], cwd=ROOT)
    try:
        time.sleep(3)
        yield running.pid
    finally:
        running.terminate()
        running.wait(10)


def main() -> int:
    """Run the server, check, measure, print; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    from scripts.world import fill, make_world

    world = make_world()
    fill(world.company, LISTINGS)
    with server():
        visit = Visit(Browser(world.cookies), world.page, world.renew)
        check(visit)
        measure(visit, WARM_ROUNDS)
        found = measure(visit, ROUNDS)
    print(f"constant page: {statistics.median(found['constant']):.2f} ms")
    return report(rows(found))


if __name__ == "__main__":
    sys.exit(main())
