"""A hundred thousand requests leave no trace of a secret, and the process as small as it was."""

import re
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway.conftest import ACCOUNT
from tests.gateway.signer import signed
from tests.gateways.senders import ALLOWED, BASE, BLOCKED, Line, asking
from tests.gateways.servers import PROJECT, SECRET, children, free_port, running, send

pytestmark = [pytest.mark.gateways, pytest.mark.django_db(transaction=True)]
FIRST, REST = 20_000, 80_000
CLIENTS = 8
CONNECTIONS = 5
"""One for each of the four threads, and one that counts refusals."""
GROWTH, ABOVE_BARE = 4, 20
"""Megabytes."""
MAC = "HTTP_X_NETVISOR_AUTHENTICATION_MAC"
SECRETS = [text.encode() for text in (ACCOUNT["customer_key"], ACCOUNT["partner_key"], SECRET)]


def shows_a_secret(said):
    """Tell whether a key, a signature or the gateway's secret stands in what was said."""
    found = [secret for secret in SECRETS if secret.lower() in said.lower()]
    return bool(found or re.search(rb"[0-9a-fA-F]{64}", said))


def turn(number):
    """Return a question and what its answer must be: three of ten are refused."""
    target = BLOCKED if number % 10 == 0 else ALLOWED
    headers = signed(target, base=BASE)
    if number % 10 == 1:
        headers[MAC] = headers[MAC][::-1]
    if number % 10 == 2:
        headers["HTTP_X_NETVISOR_INTERFACE_LANGUAGE"] = "E&N"
    expected = {0: 403, 1: 401, 2: 401}.get(number % 10, 204)
    return asking(target, headers), expected


class Crowd:
    """Clients that send many requests over few connections, and look at every answer."""

    def __init__(self, port):
        self.lines, self.wrong = [Line(port) for _ in range(CLIENTS)], []

    def send(self, count):
        parts = [threading.Thread(target=self._some, args=[line, count]) for line in self.lines]
        for part in parts:
            part.start()
        for part in parts:
            part.join()

    def close(self):
        for line in self.lines:
            line.close()

    def _some(self, line, count):
        for number in range(count // CLIENTS):
            if number % 10 == 4:
                expected = 401  # the last one once more
            else:
                question, expected = turn(number)
            self._ask(line, question, expected)

    def _ask(self, line, question, expected):
        status, said = line.ask(question)
        if status != expected or shows_a_secret(said):
            self.wrong.append((expected, said))


@dataclass(frozen=True)
class State:
    """How large a process is, and what it holds open."""

    megabytes: float
    files: int
    connections: int

    @classmethod
    def of(cls, process, own):
        """Return the state of a worker as it is now."""
        where = Path(f"/proc/{process}")
        [kilobytes] = re.findall(r"VmRSS:\s+(\d+)", (where / "status").read_text())
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        [(connections,)] = own.rows(f"{asked} AND pid <> pg_backend_pid()")
        return cls(int(kilobytes) / 1024, len(list((where / "fd").iterdir())), connections)


def bare(own, folder):
    """Return the state of a bare Django that has answered a thousand requests."""
    port = free_port()
    command = [Path(sys.executable).with_name("gunicorn"), "tests.gateways.bare"]
    command += ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    with running(command, port, folder, env={"DATABASE_URL": own.url}, cwd=PROJECT) as process:
        for _ in range(1_000):
            assert send(port, "/", []).status == 200
        return State.of(children(process.pid)[0], own)


def counted(own):
    """Return how many refusals are counted, once the process has added them: every five seconds.

    The stranger is who asks whether the server has begun to work.
    """
    before, now = -1, 0
    while before != now:
        before = now
        time.sleep(6)
        asked = "SELECT coalesce(sum(count), 0) FROM usage_unauthenticated"
        [(now,)] = own.rows(f"{asked} WHERE reason <> 'stranger'")
    return now


def test_a_hundred_thousand_requests(own, endpoints, tmp_path, say):
    endpoint, begun = endpoints(), time.monotonic()
    crowd, [worker] = Crowd(endpoint.port), endpoint.workers
    logged = own.cluster.log.stat().st_size  # other tests' errors stand before
    crowd.send(FIRST)
    before = State.of(worker, own)
    crowd.send(REST)
    after = State.of(worker, own)
    say(f"{FIRST + REST:,} requests in {time.monotonic() - begun:.0f} s: {before}, then {after}")
    crowd.close()
    least = bare(own, tmp_path)
    say(f"A bare Django: {least}")
    assert crowd.wrong == []
    assert after.megabytes - before.megabytes < GROWTH
    assert after.megabytes - least.megabytes < ABOVE_BARE
    assert after.connections <= CONNECTIONS
    assert after.files - after.connections <= before.files - before.connections
    assert counted(own) == (FIRST + REST) * 3 // 10
    said = own.dump("usage_apirequest", "usage_unauthenticated")
    assert said.count(b"\n") > (FIRST + REST) * 7 // 10
    logs = endpoint.log.read_bytes() + own.cluster.log.read_bytes()[logged:]
    assert not shows_a_secret(said + logs)
