#!/usr/bin/env python3
"""Measure the gateway's question beside a bare view, a constant answer and its statements: make bench.

Run it under with_postgres.py. Three databases hold 1,000, 5 million and 50 million rights. One
gunicorn serves all four answers; they are checked first, then asked for in turn, round after
round, so that whatever else the machine does falls on all alike. Requests are signed before each
round. Prints figures beside their budgets, and exits with 1 when one is missed. What the two
statements cost by themselves has no budget: no decision can be faster. Memory is measured by
tests/gateways/test_endurance.py.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg

from scripts.facts_rate import LOOKUPS, TURNS
from scripts.rows import Row, report

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("BENCH_PORT", "8767"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
CONNECTIONS, REQUESTS, WARM_ROUNDS = 4, 100, 3
WORLDS = {"few": 4, "many": 20_000, "most": 200_000}
"""How many companies each database has: 252 rights each."""
BASE, SECRET = "http://localhost:8080", "a-secret-of-the-benchmark-that-nobody-has"
GATEWAY = {
    "GATEWAY_BASES": BASE,
    "GATEWAY_TARGET": "x-original-uri",
    "GATEWAY_SECRETS": SECRET,
}
ANSWERS = {
    "constant": "/constant",
    "bare": "/bare",
    "statements": "/statements",
    "decision": "/gateway/authorize",
}
AGAINST_BARE, AGAINST_CONSTANT, AGAINST_POINT, OF_ITS_OWN = 1.0, 0.35, 0.5, 0.75
PAGES, SLOWEST = 40, 3.0
OPTIONS = "--workers 1 --threads 4 --header-map refuse --limit-request-line 8190 --keep-alive 75"


def url_of(name: str) -> str:
    """Return the address of one of the databases."""
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")


def environment(name: str) -> dict[str, str]:
    """Return the environment of a process that uses one of the databases."""
    return {**os.environ, **GATEWAY, "DATABASE_URL": url_of(name)}


def make_worlds() -> None:
    """Make the tables and the catalogue once, copy them, and fill each copy."""
    for command in (["migrate", "-v", "0"], ["createcachetable"], ["sync_catalog"]):
        manage = [sys.executable, "manage.py", *command]
        subprocess.run(manage, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    for name, companies in WORLDS.items():
        with psycopg.connect(url_of("empty"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        filling = [sys.executable, "-m", "scripts.gateway_world", str(companies)]
        subprocess.run(filling, cwd=ROOT, check=True, env=environment(name))


class Facts:
    """A process that reads facts of one database whenever it is asked."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "scripts.facts_rate", str(WORLDS[name])]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.plan = self._line()

    def _line(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def rates(self) -> tuple[float, float]:
        """Return how often a second it finds one row by its key, and the facts."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        point, facts = self._line()
        return point, facts

    def close(self) -> None:
        """Let it end."""
        self.process.terminate()
        self.process.wait(10)


def facts_rows() -> Iterator[Row]:
    """Yield what the facts cost in each database, asked in turn."""
    with ExitStack() as stack:
        worlds = {name: Facts(name) for name in WORLDS}
        for world in worlds.values():
            stack.callback(world.close)
        rounds = [
            {name: one.rates() for name, one in worlds.items()} for _ in range(TURNS * ROUNDS // 2)
        ]
        plan = worlds["many"].plan
    beside = [one["many"][1] / one["many"][0] for one in rounds]
    yield ratio("facts, 5 million rights", beside, AGAINST_POINT, "of one row by its key")
    only = set(plan["nodes"]) <= LOOKUPS
    said = f"{plan['pages']} pages, at most {PAGES}; {', '.join(plan['nodes'])}"
    yield Row("  its plan", said, only and plan["pages"] <= PAGES)
    for name, rights in (("many", "5 million"), ("most", "50 million")):
        own = [one[name][1] / one["few"][1] for one in rounds]
        yield ratio(f"  {rights} rights", own, OF_ITS_OWN, "of its rate at 1,000 rights")


def ratio(name: str, ratios: Sequence[float], budget: float, of: str) -> Row:
    """Return the row of something whose median must not be below its budget."""
    median = statistics.median(ratios)
    spread = f"min {min(ratios):.2f}  median {median:.2f}  max {max(ratios):.2f}"
    return Row(name, f"{spread}  {of}, at least {budget}", median >= budget)


@contextmanager
def server() -> Iterator[None]:
    """Serve on the loopback."""
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "scripts.bare_wsgi",
        "--bind",
        f"localhost:{PORT}",
    ]
    known = environment("many") | {"DJANGO_SETTINGS_MODULE": "scripts.bare_settings"}
    options = [*OPTIONS.split(), "--no-control-socket", "--log-level", "warning"]
    running = subprocess.Popen([*gunicorn, *options], cwd=ROOT, env=known)
    try:
        time.sleep(4)
        yield
    finally:
        running.terminate()
        running.wait(20)


def signed(asked: Any, path: str) -> bytes:
    """Return a request of now, ready to be sent."""
    headers = asked.headers(BASE) | {
        "HTTP_X_ORIGINAL_URI": asked.target,
        "HTTP_X_GATEWAY_SECRET": SECRET,
        "HTTP_HOST": "localhost",
    }
    lines = [f"{name[5:].replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


class Client:
    """One connection that stays open."""

    def __init__(self) -> None:
        self.socket = socket.create_connection(("localhost", PORT), timeout=30)

    def ask(self, request: bytes) -> bytes:
        """Send a request and return the first piece of the answer."""
        self.socket.sendall(request)
        return self.socket.recv(65_536)

    def send_all(self, requests: Sequence[bytes], spent: list[float]) -> None:
        """Send requests one by one, each of which must pass; add how long each took."""
        for request in requests:
            start = time.perf_counter()
            answer = self.ask(request)
            spent.append(time.perf_counter() - start)
            assert answer.startswith(b"HTTP/1.1 204"), answer


def send(requests: Sequence[bytes]) -> tuple[float, list[float]]:
    """Send requests over several connections at once; return the rate, and how long each took."""
    clients = [Client() for _ in range(CONNECTIONS)]
    spent: list[list[float]] = [[] for _ in clients]
    threads = [
        threading.Thread(
            target=client.send_all, args=[requests[number::CONNECTIONS], spent[number]]
        )
        for number, client in enumerate(clients)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken, all_spent = time.perf_counter() - start, [one for of in spent for one in of]
    for client in clients:
        client.socket.close()
    assert len(all_spent) == len(requests), "every request passed"
    return len(requests) / taken, all_spent


class Requests:
    """Requests of random companies, signed when they are needed."""

    def __init__(self) -> None:
        from scripts.gateway_world import Asked

        self.some = Asked.some(5_000, WORLDS["many"])
        self.next = 0

    def signed(self, count: int, path: str) -> list[bytes]:
        """Return so many of now."""
        first, self.next = self.next, self.next + count
        some = self.some
        return [signed(some[number % len(some)], path) for number in range(first, first + count)]


def check(requests: Requests) -> None:
    """Exit unless everything is answered as it should be."""
    from apps.usage.models import ApiRequest

    [genuine] = requests.signed(1, ANSWERS["decision"])
    forged = genuine.replace(b": Demo client", b": Another one")
    for request, code in (
        (genuine, b"204 No Content"),
        (genuine, b"REQUEST_NOT_UNIQUE"),
        (forged, b"AUTHENTICATION_FAILED"),
    ):
        assert code in Client().ask(request), code
    before = ApiRequest.objects.count()
    written_by = {"constant": 0, "bare": 40, "statements": 80, "decision": 120}
    for name, where in ANSWERS.items():
        send(requests.signed(40, where))
        written = ApiRequest.objects.count() - before
        assert written == written_by[name], (name, written)


def measure(requests: Requests, rounds: int) -> Mapping[str, Any]:
    """Return each round's rates and all times, by what was asked."""
    found: dict[str, Any] = {name: {"rates": [], "spent": []} for name in ANSWERS}
    for _ in range(rounds):
        for name, path in ANSWERS.items():
            rate, spent = send(requests.signed(CONNECTIONS * REQUESTS, path))
            found[name]["rates"].append(rate)
            found[name]["spent"] += spent
    return found


def decision_rows(found: Mapping[str, Any]) -> Iterator[Row]:
    """Yield how fast decisions are, beside the two others."""
    rates = {name: one["rates"] for name, one in found.items()}
    for name, budget in (("bare", AGAINST_BARE), ("constant", AGAINST_CONSTANT)):
        ratios = [a / b for a, b in zip(rates["decision"], rates[name], strict=True)]
        of = {"bare": "of a bare view's rate", "constant": "of a constant answer's rate"}[name]
        yield ratio("decision" if name == "bare" else "  the same", ratios, budget, of)
    slow, usual = (p99(found[name]["spent"]) for name in ("decision", "bare"))
    said = f"{slow * 1000:.1f} ms, the bare view {usual * 1000:.1f}, at most {SLOWEST} times it"
    yield Row("  p99 at 4 connections", said, slow <= SLOWEST * usual)


def p99(spent: list[float]) -> float:
    """Return what 99 of 100 do not exceed."""
    return statistics.quantiles(spent, n=100)[98]


def statements_row(requests: Requests) -> Row:
    """Return how many statements three sorts of requests cost, asked in this process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from netvisor_rights import gateway_wsgi

    asked = requests.some[0]
    environ = {"PATH_INFO": ANSWERS["decision"], "REQUEST_METHOD": "GET", "REMOTE_ADDR": "-"}
    environ |= {"HTTP_X_ORIGINAL_URI": asked.target, "HTTP_X_GATEWAY_SECRET": SECRET}
    mac = "HTTP_X_NETVISOR_AUTHENTICATION_MAC"
    sorts: list[Callable[[], dict[str, str]]] = [
        lambda: environ | asked.headers(BASE),
        lambda: environ | asked.headers(BASE) | {mac: "0" * 64},
        lambda: environ | asked.headers(BASE) | {mac: "nonsense"},
        lambda: environ | asked.headers(BASE) | {"HTTP_X_GATEWAY_SECRET": "nonsense"},
    ]
    counts = []
    for sort in sorts:
        with CaptureQueriesContext(connection) as captured:
            gateway_wsgi.application(sort(), lambda *_: lambda _data: None)
        counts.append(len(captured))
    said = "genuine {}, wrong signature {}, malformed {}, wrong caller {}; 2, 1, 0, 0"
    return Row("statements", said.format(*counts), counts == [2, 1, 0, 0])


def main() -> int:
    """Make the worlds, check, measure, print; return the exit status."""
    make_worlds()
    found = list(facts_rows())
    os.environ |= environment("many") | {"DJANGO_SETTINGS_MODULE": "scripts.bare_settings"}
    django.setup()
    requests = Requests()
    with server():
        check(requests)
        measure(requests, WARM_ROUNDS)
        measured = measure(requests, ROUNDS)
    rates = {name: statistics.median(one["rates"]) for name, one in measured.items()}
    print("a second: " + ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
    found = [*decision_rows(measured), *found, statements_row(requests)]
    return report(found)


if __name__ == "__main__":
    sys.exit(main())
