"""Workers as processes of their own, and mail servers that behave badly."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.races import database

MANAGE = Path(__file__).parents[2] / "manage.py"


class Postmaster:
    """A mail server on the loopback interface that keeps what it took."""

    def __init__(self, port, refusals=0):
        self.port, self.refusals, self.took, self.sessions = port, refusals, [], set()

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - the library's name
        self.sessions.add(id(session))
        if self.refusals:
            self.refusals -= 1
            return "451 Try again later"
        self.took.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("unknown"):
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextmanager
def well(port, refusals=0):
    """A mail server that takes mails, after so many tries that it refuses for now."""
    postmaster = Postmaster(port, refusals)
    controller = Controller(postmaster, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield postmaster
    finally:
        controller.stop()


@contextmanager
def silent(port):
    """A mail server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", port)) as server:
        calls, ends = [], threading.Event()

        def listen():
            while not ends.is_set():
                try:
                    calls.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield calls
        finally:
            ends.set()
            server.shutdown(socket.SHUT_RDWR)
            for call in calls:
                call.close()


@pytest.fixture
def port():
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def start_worker(port):
    """Return a function that starts a worker, which sends its mails to the port."""
    with ExitStack() as running:

        def start():
            command = [sys.executable, MANAGE, "worker", "--skip-checks"]
            process = subprocess.Popen(command, env=environment(port), stderr=subprocess.DEVNULL)
            running.callback(end, process)
            return process

        yield start


def environment(port):
    """The environment of a process that works on the tests' database and mails to a port."""
    return os.environ | {
        "DATABASE_URL": database(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "EMAIL_TIMEOUT": "1",
    }


def end(process):
    """End a worker as a person does, and see that it does so by itself."""
    process.terminate()
    assert process.wait(20) in (0, -9)


def until(holds, seconds=40):
    """Wait until something holds; raises AssertionError when it does not in time."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.1)
