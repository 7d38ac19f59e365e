"""What stands around a gateway: servers that are started, replaced and stopped by their id."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "docs/gateways"
SECRET = "a-secret-of-the-tests-that-nobody-has"
PLACEHOLDER = "put-a-secret-of-32-characters-here"
OWN = ("DJANGO_SETTINGS_MODULE", "PROCESS")
"""What says what the process of the tests is: no server's business."""
OK = b"<Root><ResponseStatus><Status>OK</Status></ResponseStatus></Root>"


def free_port():
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def listens(port):
    """Tell whether somebody listens on a port."""
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port, process=None):
    """Return once somebody listens on a port; raises when the process ends or nobody comes."""
    for _ in range(300):
        if listens(port):
            return
        if process and process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {port}")


@contextmanager
def running(command, port, folder, **options):
    """Run a server in a folder until it is not needed; what it says stands in its log."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("ab") as said:
        where = {"cwd": folder, **options}
        process = subprocess.Popen(command, stdout=said, stderr=said, **where)
    try:
        wait_for(port, process)
        yield process
    except RuntimeError as error:
        raise RuntimeError(f"{error}:\n{log.read_text()}") from error
    finally:
        process.terminate()
        process.wait(20)


@dataclass(frozen=True)
class Sent:
    """A request as it reached a server."""

    method: str
    target: str
    headers: list
    body: bytes

    def values(self, name):
        """Return every value of a header, however its name is written."""
        return [value for found, value in self.headers if found.lower() == name.lower()]


class Handler(BaseHTTPRequestHandler):
    """Writes down what reaches it, and answers as it was told."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.sent.append(Sent(self.command, self.path, self.headers.items(), body))
        self.server.until.wait(self.server.slow)
        self.send_response(self.server.status)
        self.send_header("Connection", "close")  # nobody talks on to a server that is gone
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer  # noqa: N815

    def log_message(self, *args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A small server: of the service, or in the place of the endpoint."""

    daemon_threads = True

    def __init__(self, port, *, status=200, slow=0, body=OK):
        self.sent, self.until = [], threading.Event()
        self.status, self.slow, self.body = status, slow, body
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        """A client that did not wait is none of ours."""


@contextmanager
def serving(port, **told):
    """Run a small server in this process."""
    with Server(port, **told) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield server
        finally:
            server.until.set()
            server.shutdown()
            thread.join()


class Endpoint:
    """The endpoint as the README starts it, which can be stopped, killed and started again."""

    def __init__(self, port, folder, **environment):
        self.port, self.process = port, None
        self.log = folder / f"gunicorn-{port}.log"
        inherited = {name: os.environ[name] for name in os.environ if name not in OWN}
        self.environment = inherited | environment

    def start(self):
        words = "--workers 1 --threads 4 --header-map refuse --limit-request-line 8190"
        command = [Path(sys.executable).with_name("gunicorn"), "netvisor_rights.gateway_wsgi"]
        command += ["--bind", f"127.0.0.1:{self.port}", *words.split()]
        command += ["--keep-alive", "75", "--no-control-socket"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=PROJECT,
                start_new_session=True,
            )
        wait_for(self.port, self.process)
        assert send(self.port, "/gateway/authorize", []).status == 403  # once it has begun to work

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def kill(self):
        """Kill it and its workers in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process = None
        while listens(self.port):
            time.sleep(0.01)

    @property
    def workers(self):
        """Return the ids of the processes that answer."""
        return children(self.process.pid)

    @contextmanager
    def away(self):
        """Stop it for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()


def children(pid):
    """Return the processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(frozen=True)
class Ports:
    """Where everybody listens; the examples name the ports of the documentation."""

    gateway: int
    endpoint: int
    upstream: int
    question: int
    page: int

    def example(self, name, folder):
        """Copy a file of the documentation to a folder, with these ports and our secrets."""
        ports = dict(
            zip(["8443", "8000", "9000", "8081", "8082"], vars(self).values(), strict=True)
        )
        text = (EXAMPLES / name).read_text().replace(PLACEHOLDER, SECRET)
        text = text.replace("/etc/netvisor-rights", str(folder))
        text = re.sub(rf"\b({'|'.join(ports)})\b", lambda found: str(ports[found[0]]), text)
        target = folder / name
        target.write_text(text)
        return target


@dataclass(frozen=True)
class Answer:
    """What a client gets."""

    status: int
    headers: dict
    body: str


def connect(port, certificate=None):
    """Connect to a port, over TLS where a certificate is given to trust."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    if certificate is None:
        return plain
    trusting = ssl.create_default_context(cafile=certificate)
    return trusting.wrap_socket(plain, server_hostname="localhost")


def send(port, target, headers, *, method="GET", body=b"", host=None, certificate=None):
    """Send a request byte by byte as it is given, and return the answer."""
    host = host or f"localhost:{port}"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    with connect(port, certificate) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        with suppress(OSError):  # it may be refused before all of it was sent
            connection.sendall(body)
        with HTTPResponse(connection, method=method) as answer:
            answer.begin()
            said = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, said, answer.read().decode())


def program(name):
    """Return where a program is: in the environment of the tests, or in the system."""
    beside = Path(sys.executable).parent
    return shutil.which(name, path=os.pathsep.join([str(beside), os.environ["PATH"], "/usr/sbin"]))
