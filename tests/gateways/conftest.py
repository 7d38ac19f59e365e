"""Each gateway as its example says, between a client and a service, and the endpoint it asks."""

import os
import time
import uuid
from contextlib import ExitStack, suppress

import pytest
from django.db import connection

from tests.gateway.conftest import account  # noqa: F401 - a fixture
from tests.gateway.signer import signed
from tests.gateways.certificates import make_certificate
from tests.gateways.databases import Cluster
from tests.gateways.senders import BASE
from tests.gateways.servers import (
    EXAMPLES,
    SECRET,
    Endpoint,
    Ports,
    free_port,
    program,
    running,
    send,
    serving,
)
from tests.races import database

TARGETS = {
    "nginx": "x-original-uri",
    "caddy": "x-forwarded-uri",
    "traefik": "x-forwarded-uri",
    "envoy": "request-line",
}
WRAPPER = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors.log;
events {{}}
http {{ access_log off; {temporary} include {example}; }}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def nginx(binary, ports, folder):
    """Return how nginx is started: its example is a part of a whole configuration."""
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    example = ports.example("nginx.conf", folder)
    whole = folder / "whole.conf"
    whole.write_text(WRAPPER.format(folder=folder, temporary=temporary, example=example))
    return [binary, "-p", str(folder), "-c", str(whole)]


def caddy(binary, ports, folder):
    """Return how Caddy is started."""
    example = ports.example("Caddyfile", folder)
    return [binary, "run", "--config", str(example), "--adapter", "caddyfile"]


def traefik(binary, ports, folder):
    """Return how Traefik is started; a web server has its page of errors."""
    ports.example("traefik-routes.yml", folder)
    return [binary, f"--configFile={ports.example('traefik.yml', folder)}"]


def envoy(binary, ports, folder):
    """Return how Envoy is started, beside others of its kind."""
    example = ports.example("envoy.yaml", folder)
    return [binary, "-c", str(example), "--use-dynamic-base-id", "--concurrency", "1"]


COMMANDS = {"nginx": nginx, "caddy": caddy, "traefik": traefik, "envoy": envoy}


class Gateway:
    """One gateway that runs, seen from its client."""

    def __init__(self, name, ports, endpoint, upstream, certificate):
        self.name, self.ports, self.endpoint, self.upstream = name, ports, endpoint, upstream
        self.certificate = certificate
        self.base = f"https://localhost:{ports.gateway}"

    def wait(self):
        """Return once it knows whom to ask."""
        for _ in range(100):
            with suppress(OSError):  # Traefik begins with a certificate of its own
                if self.ask("/", headers=[])[0].status == 401:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not ask")

    def headers(self, target, **signing):
        """Return the headers of a signed request."""
        made = signed(target, base=self.base, **signing)
        return [(key.removeprefix("HTTP_").replace("_", "-").title(), made[key]) for key in made]

    def ask(self, target, *more, headers=None, **sent):
        """Send a signed request with some more headers; the answer, and what reached the service."""
        self.upstream.sent.clear()
        headers = self.headers(target) if headers is None else headers
        sent = {"certificate": self.certificate, **sent}
        answer = send(self.ports.gateway, target, [*headers, *more], **sent)
        return answer, list(self.upstream.sent)


@pytest.fixture(scope="session", params=TARGETS)
def started(request, django_db_setup, tmp_path_factory):
    """A gateway, a service behind it and the endpoint; skipped where it is not installed."""
    name = request.param
    binary = program(name)
    if not binary and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: make test-gateways says how to get it")
    assert binary, f"{name} is not installed"
    folder = tmp_path_factory.mktemp(name)
    ports = Ports(*(free_port() for _ in range(5)))
    endpoint = Endpoint(
        ports.endpoint,
        folder,
        DATABASE_URL=database(),
        GATEWAY_BASES=f"https://localhost:{ports.gateway}",
        GATEWAY_TARGET=TARGETS[name],
        GATEWAY_SECRETS=SECRET,
    )
    with ExitStack() as stack:
        upstream = stack.enter_context(serving(ports.upstream))
        endpoint.start()
        stack.callback(endpoint.stop)
        if name == "traefik":
            page = (EXAMPLES / "technical-error.xml").read_bytes()
            stack.enter_context(serving(ports.page, body=page))
        certificate = make_certificate(folder)
        command = COMMANDS[name](binary, ports, folder)
        stack.enter_context(running(command, ports.gateway, folder))
        gateway = Gateway(name, ports, endpoint, upstream, certificate)
        gateway.wait()
        yield gateway


@pytest.fixture(scope="session")
def cluster(django_db_setup):
    """A PostgreSQL that may be broken."""
    if connection.vendor != "postgresql":
        pytest.skip("what is broken here is PostgreSQL")
    made = Cluster()
    yield made
    made.remove()


@pytest.fixture
def own(account, cluster):  # noqa: F811 - the fixture
    """A database of its own there, with the account that signs."""
    made = cluster.copy(database(), f"own_{uuid.uuid4().hex}")
    made.run(
        "DELETE FROM usage_unauthenticated"
    )  # other tests' endpoints add theirs when they like
    return made


@pytest.fixture
def say(request, capfd):
    """Return a function that shows a line of figures, whatever is hidden of what tests print."""

    def say(line):
        with capfd.disabled():
            request.config.get_terminal_writer().line(f"\n{line}")

    return say


@pytest.fixture
def endpoints(own, tmp_path):
    """Return a function that starts the endpoint on that database, as often as it is called."""
    with ExitStack() as stack:

        def start(**environment):
            made = Endpoint(
                free_port(),
                tmp_path,
                DATABASE_URL=own.url,
                GATEWAY_BASES=BASE,
                GATEWAY_TARGET="x-original-uri",
                GATEWAY_SECRETS=SECRET,
                **environment,
            )
            stack.callback(made.stop)
            made.start()
            return made

        yield start


@pytest.fixture
def gateway(started, account):  # noqa: F811 - the fixture
    """A gateway that runs, and the account that signs."""
    return started
