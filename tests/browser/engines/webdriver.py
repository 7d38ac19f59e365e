"""Firefox and WebKit as they come from Debian, told what to do in the one language of WebDriver.

WebKit's driver hears it over HTTP, Firefox by itself over the socket of its Marionette.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""How WebDriver marks an element of the page."""
START, ANSWER = 60, 60
"""Seconds that an engine may take to start, and to answer a command."""

# What is said here: where WebKit's driver takes it, and what Marionette calls it.
COMMANDS = {
    "open": ("POST", "/url", "Navigate"),
    "back": ("POST", "/back", "Back"),
    "resize": ("POST", "/window/rect", "SetWindowRect"),
    "run": ("POST", "/execute/sync", "ExecuteScript"),
    "click": ("POST", "/element/{id}/click", "ElementClick"),
    "keys": ("POST", "/element/{id}/value", "ElementSendKeys"),
    "name": ("GET", "/element/{id}/computedlabel", "GetComputedLabel"),
    "role": ("GET", "/element/{id}/computedrole", "GetComputedRole"),
}
PREFERENCES = 'user_pref("marionette.port", 0);\nuser_pref("intl.accept_languages", "en");\n'


class DriverError(Exception):
    """What an engine answers to a command that it could not carry out, by its WebDriver name."""


def wait_for(found):
    """Return what is found, as soon as it is."""
    until = time.monotonic() + START
    while not (result := found()):
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return result


@contextmanager
def running(*command, **options):
    """Let a program run, and throw away what it says."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **{**quiet, **options}) as process:
        try:
            yield process
        finally:
            process.terminate()


class Marionette:
    """Commands over the socket of a Firefox: the length, a colon, and a list in JSON."""

    def __init__(self, connection):
        self.connection = connection
        self.answers = connection.makefile("rb")
        self._read()  # who it is
        self._ask("NewSession", {})

    def __call__(self, command, **parts):
        answer = self._ask(COMMANDS[command][2], parts)
        return answer.get("value") if isinstance(answer, dict) else answer

    def _ask(self, name, parts):
        message = json.dumps([0, 1, f"WebDriver:{name}", parts]).encode()
        self.connection.sendall(b"%d:%b" % (len(message), message))
        _answer, _number, error, value = self._read()
        if error:
            raise DriverError(error["error"])
        return value

    def _read(self):
        length = b""
        while (byte := self.answers.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox is gone")
            length += byte
        return json.loads(self.answers.read(int(length)))


class Session:
    """Commands over HTTP."""

    def __init__(self, port):
        self.port, self.path = port, "/session"
        self.path += "/" + wait_for(self._begin)["sessionId"]

    def __call__(self, command, **parts):
        method, path, _name = COMMANDS[command]
        return self._ask(method, path.format(**parts), parts)

    def end(self):
        self._ask("DELETE", "", {})

    def _begin(self):
        try:
            return self._ask("POST", "", {"capabilities": {}})
        except ConnectionRefusedError:
            return None

    def _ask(self, method, path, parts):
        body = json.dumps(parts) if method == "POST" else None
        with closing(HTTPConnection("localhost", self.port, timeout=ANSWER)) as connection:
            connection.request(method, self.path + path, body)
            answer = connection.getresponse()
            value = json.load(answer)["value"]
        if answer.status != HTTPStatus.OK:
            raise DriverError(value["error"])
        return value


@contextmanager
def firefox(program):
    """Let a Firefox run without a screen."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(PREFERENCES)
        where = Path(profile, "MarionetteActivePort")
        options = ["--headless", "--marionette", "--no-remote", "--profile", profile]
        with running(program, *options):
            port = wait_for(lambda: where.exists() and where.read_text())
            with socket.create_connection(("localhost", int(port)), timeout=ANSWER) as connection:
                yield Marionette(connection)


@contextmanager
def webkit(program):
    """Let WebKit's own small browser run on a screen that nobody sees."""
    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with running(*screen, stdout=subprocess.PIPE) as xvfb:
        display = xvfb.stdout.readline().decode().strip()
        with socket.create_server(("localhost", 0)) as free:
            port = free.getsockname()[1]
        environment = os.environ | {"DISPLAY": f":{display}", "LANGUAGE": "en"}
        with running(program, f"--port={port}", env=environment):
            session = Session(port)
            yield session
            session.end()


@dataclass(frozen=True)
class Engine:
    """A browser that may be here: the first of its programs is the one to run."""

    name: str
    run: Callable
    programs: tuple[str, ...]
    packages: str

    @property
    def is_here(self):
        return all(map(shutil.which, self.programs))


ENGINES = [
    Engine("Firefox", firefox, (os.environ.get("FIREFOX", "firefox-esr"),), "firefox-esr"),
    Engine("WebKit", webkit, ("WebKitWebDriver", "Xvfb"), "webkit2gtk-driver and xvfb"),
]
"""With Debian's packages that bring them."""
