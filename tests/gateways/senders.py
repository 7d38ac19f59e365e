"""Clients that ask the endpoint itself, over connections that stay open, many at once."""

import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from tests.gateway.signer import signed
from tests.gateways.servers import SECRET

BASE = "http://localhost:8080"
ALLOWED, BLOCKED = "/customerlist.nv", "/salesinvoice.nv"
AWAY = 0
"""In the place of a status: nobody answered."""


def asking(target, headers=None):
    """Return a question about a signed request, byte by byte as a gateway sends it."""
    headers = signed(target, base=BASE) if headers is None else headers
    names = {f"{name[5:].replace('_', '-')}": value for name, value in headers.items()}
    names |= {"X-Gateway-Secret": SECRET, "X-Original-URI": target, "X-Original-Method": "GET"}
    lines = ["GET /gateway/authorize HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in names.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Line:
    """A connection to the endpoint that is used again and again, as a gateway's is."""

    def __init__(self, port):
        self.port, self.socket = port, None

    def ask(self, question):
        """Return status and bytes of the answer; no status when nobody answers."""
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=15)
            self.socket.sendall(question)
            said = self._read()
        except OSError:
            self.close()
            return AWAY, b""
        return int(said[9:12]), said

    def _read(self):
        said = b""
        while (end := said.find(b"\r\n\r\n")) < 0:
            said += self._more()
        head = said[:end].lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0] or 0)
        while len(said) < end + 4 + length:
            said += self._more()
        if b"connection: close" in head:
            self.close()
        return said

    def _more(self):
        found = self.socket.recv(65_536)
        if not found:
            raise ConnectionResetError
        return found

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None


@dataclass(frozen=True)
class Asked:
    """What was asked, when, and what was answered."""

    target: str
    transaction: str
    question: bytes
    begun: float
    ended: float
    status: int


class Load:
    """A handful of clients that ask without a pause, one blocked request for each allowed one."""

    def __init__(self, port, clients=5):
        self.port, self.asked, self.ends = port, [], threading.Event()
        self.threads = [threading.Thread(target=self._go_on) for _ in range(clients)]

    def _go_on(self):
        line = Line(self.port)
        while not self.ends.is_set():
            for target in (ALLOWED, BLOCKED):
                self._ask(line, target)
        line.close()

    def _ask(self, line, target):
        headers = signed(target, base=BASE)
        question, begun = asking(target, headers), time.monotonic()
        status, _said = line.ask(question)
        transaction = headers["HTTP_X_NETVISOR_AUTHENTICATION_TRANSACTIONID"]
        self.asked.append(Asked(target, transaction, question, begun, time.monotonic(), status))
        if status == AWAY:
            time.sleep(0.05)  # nobody is there to be hurried

    def until(self, status, times=10, within=30):
        """Wait for so many answers to what is asked from now on; return how long that took."""
        begun, mark = time.monotonic(), len(self.asked)
        while time.monotonic() - begun < within:
            since = [one for one in self.asked[mark:] if one.begun > begun]
            if sum(one.status == status for one in since) >= times:
                return time.monotonic() - begun
            time.sleep(0.02)
        raise AssertionError(f"no {status} within {within} s: {self.asked[mark:][-5:]}")

    def yes(self):
        """Return what was let pass."""
        return [one for one in self.asked if one.status == 204]


@contextmanager
def under_load(port):
    """Let a handful of clients ask for a while."""
    load = Load(port)
    for thread in load.threads:
        thread.start()
    try:
        yield load
    finally:
        load.ends.set()
        for thread in load.threads:
            thread.join(30)


def all_at_once(ports, question, times):
    """Send one question so many times at the same moment, in turn to each port."""
    start, answers = threading.Barrier(times), []

    def send(port):
        line = Line(port)
        with suppress(OSError):
            line.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        start.wait(15)
        answers.append(line.ask(question)[0])
        line.close()

    turns = [ports[number % len(ports)] for number in range(times)]
    threads = [threading.Thread(target=send, args=[port]) for port in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def answers_to(port, questions):
    """Send questions one after the other, and return the statuses of the answers."""
    line = Line(port)
    with closing(line):
        return [line.ask(question)[0] for question in questions]
