"""A machine on which installing.md was followed, and its first person."""

import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - a fixture
from tests.browser.test_second_factor import add_authenticator
from tests.deploy.machine import GUIDE, Machine
from tests.deploy.people import CODES, PASSWORD, Browser, Caller
from tests.gateways.servers import free_port, program, running, wait_for
from tests.jobs.conftest import until

KAISA = "kaisa@example.fi"
RIGHTS = "/companies/1234567-1/interface-resources/"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.deploy)


def needed(name):
    """Return where a program of Debian's is; the test is skipped where it cannot be had."""
    found = program(name)
    if not found and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: scripts/system-packages deploy says how to get it")
    assert found, f"{name} is not installed"
    return found


@pytest.fixture(scope="session")
def machine():
    """A machine that serves."""
    for name in ("nginx", "openssl", "curl"):
        needed(name)
    made = Machine()
    with made.stack:
        made.follow(GUIDE)
        wait_for(made.ports["https"])
        yield made


@pytest.fixture(scope="session")
def caddy(machine, tmp_path_factory):
    """The port of a Caddy that serves the shipped site beside nginx."""
    folder, ports = tmp_path_factory.mktemp("caddy"), (free_port(), free_port())
    site = (machine.root / "release/docs/operating/Caddyfile").read_text()
    for name, port in zip(("http", "https"), ports, strict=True):
        site = site.replace(f"localhost:{machine.ports[name]}", f"localhost:{port}")
    (folder / "Caddyfile").write_text(site)
    command = [needed("caddy"), "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    homes = {name: str(folder) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    with running(command, ports[1], folder, env={**os.environ, **homes}):
        yield ports[1]


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request, machine):
    """The port of each proxy whose site is shipped."""
    named = request.param == "caddy"
    return request.getfixturevalue("caddy") if named else machine.ports["https"]


@pytest.fixture(scope="session")
def first(machine, browser):
    """Where the first company's user administrator followed her mail, and her recovery codes."""
    until(lambda: machine.postmaster.took)
    [[address, mail]] = machine.postmaster.took
    assert address == KAISA
    site = f"https://localhost:{machine.ports['https']}"
    page = browser.new_page(base_url=site, ignore_https_errors=True, locale="en-GB")
    add_authenticator(page)
    page.goto(re.search(r"https://localhost(/invitations/\S+)", mail)[1])
    page.get_by_label("Name").fill("Kaisa")
    for label in ("Password", "Password again"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    codes = page.get_by_role("main").get_by_role("code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"{site}/companies/1234567-1/")
    return page, codes


@pytest.fixture(scope="session")
def people(machine, first):
    """Three browsers of hers, as far as forms go, in which she signed in with a recovery code."""
    made = [Browser(machine) for _ in CODES]
    for one in made:
        one.sign_in(KAISA, first[1])
    return made


@pytest.fixture(scope="session")
def kaisa(people):
    """One of them."""
    return people[0]


@pytest.fixture(scope="session")
def caller(machine, kaisa):
    """A client of the interface that may ask for the list of customers."""
    kaisa.press(RIGHTS, "customerlist.nv")
    made = Caller(machine)
    made.wait()
    return made


@pytest.fixture
def say(request, capfd):
    """Return a function that shows a line of figures, whatever is hidden of what tests print."""

    def say(line):
        with capfd.disabled():
            request.config.get_terminal_writer().line(f"\n{line}")

    return say
