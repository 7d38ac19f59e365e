#!/usr/bin/env python3
"""Attack a server of our own on the loopback, and measure it: make bench ARGS=attacks.

Run it under with_postgres.py. Every attack is bounded: twenty sign-ins at once, a body that
swells when it is read by another charset, a file, and a mail server that takes connections and
says nothing. Slow clients are a matter of the proxy: make test-deploy measures them. Prints
seconds and memory beside their budgets, and exits with 1 when one is missed.
"""

import http.client
import os
import re
import socket
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import django

from scripts.bench import PORT, server
from scripts.rows import Row, report

AT_ONCE, SECONDS, MEMORY = 20, 15.0, 200
"""People who sign in at once, until the last has an answer, and the megabytes that it may take."""
SWOLLEN, GROWN, ANSWERED = 200_000_000, 16, 2.0
"""How large a small body becomes, by how many megabytes the server may, and within what time."""
FORM = "application/x-www-form-urlencoded"


def post(path: str, body: bytes, kind: str = FORM) -> tuple[int, float]:
    """Send a body and return the status of the answer, and its seconds."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
    token = "c" * 32
    headers = {"Content-Type": kind, "Cookie": f"csrftoken={token}", "X-CSRFToken": token}
    connection.request("POST", path, body, headers)
    status = connection.getresponse().status
    connection.close()
    return status, time.perf_counter() - start


def largest(parent: int) -> float:
    """Return how many megabytes the largest process below another one ever took."""
    found = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        text = status.read_text()
        if f"\nPPid:\t{parent}\n" in text and (peak := re.search(r"VmHWM:\s+(\d+)", text)):
            found.append(int(peak[1]) / 1024)
    return max(found)


def sign_in(_number: int) -> tuple[int, float]:
    """Sign a person of the demo in."""
    from apps.demo.services import PASSWORD

    sent = {"login": "kh@demo.example", "password": PASSWORD}
    return post("/accounts/login/", urlencode(sent).encode())


def swell() -> tuple[int, float]:
    """Send a body that a server would unpack if it believed the charset."""
    body = zlib.compress(bytes(SWOLLEN))
    return post("/accounts/login/", body[:250_000], f"{FORM}; charset=zip")


def upload() -> tuple[int, float]:
    """Send a file, which no form takes."""
    head = '--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    return post(
        "/accounts/login/", head.encode() + bytes(200_000), "multipart/form-data; boundary=x"
    )


def long() -> tuple[int, float]:
    """Send more than any form holds."""
    return post("/accounts/login/", bytes(300_000))


def reset() -> tuple[int, float]:
    """Ask for a mail whose server says nothing."""
    return post("/accounts/password/reset/", urlencode({"email": "kh@demo.example"}).encode())


def flood(parent: int) -> Row:
    """Let many sign in at once."""
    before, start = largest(parent), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        statuses = [status for status, _seconds in people.map(sign_in, range(AT_ONCE))]
    seconds, grown = time.perf_counter() - start, largest(parent) - before
    said = {status: statuses.count(status) for status in sorted(set(statuses))}
    found = f"{said}, {seconds:.1f} s of at most {SECONDS}, {grown:.0f} MB more of at most {MEMORY}"
    return Row(f"{AT_ONCE} sign-ins at once", found, seconds <= SECONDS and grown <= MEMORY)


def single(parent: int, name: str, attack: Callable[[], tuple[int, float]], wanted: int) -> Row:
    """Make one attack and say how it was answered."""
    before = largest(parent)
    status, seconds = attack()
    grown = largest(parent) - before
    found = (
        f"{status}, {seconds:.2f} s of at most {ANSWERED}, {grown:.0f} MB more of at most {GROWN}"
    )
    return Row(name, found, status == wanted and seconds <= ANSWERED and grown <= GROWN)


def rows(parent: int) -> Iterator[Row]:
    """Yield the figure of each attack."""
    attacks: Mapping[str, tuple[Callable[[], tuple[int, float]], int]] = {
        "a body that swells": (swell, HTTPStatus.BAD_REQUEST),
        "a file": (upload, HTTPStatus.BAD_REQUEST),
        "more than a form holds": (long, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        "a silent mail server": (reset, HTTPStatus.FOUND),
    }
    post("/accounts/login/", b"")
    for name, (attack, wanted) in attacks.items():
        yield single(parent, name, attack, wanted)
    yield flood(parent)


def main() -> int:
    """Serve the demo world, attack, print; return the exit status."""
    silent = socket.create_server(("127.0.0.1", 0))
    os.environ["DJANGO_SETTINGS_MODULE"] = "scripts.bench_settings"
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
    django.setup()
    from scripts.world import make_world

    make_world()
    with server() as gunicorn, silent:
        return report(rows(gunicorn))


if __name__ == "__main__":
    sys.exit(main())
