"""A machine on which installing.md was followed, and its first person."""

import os
import re
from pathlib import Path
from time import sleep

import pytest

from tests.deploy.machine import GUIDE, Machine
from tests.deploy.people import PASSWORD, Browser, Caller
from tests.gateways.servers import program, wait_for

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
def kaisa(machine):
    """The first company's user administrator, in the browser in which she followed her mail."""
    for _ in range(300):
        if machine.postmaster.took:
            break
        sleep(0.1)
    [[address, mail]] = machine.postmaster.took
    assert address == KAISA
    browser = Browser(machine)
    page = browser.open(re.search(r"https://localhost(/invitations/\S+)", mail)[1])
    browser.send("/invitations/", page, name="Kaisa", password=PASSWORD, again=PASSWORD)
    assert browser.at == "/companies/1234567-1/"
    return browser


@pytest.fixture(scope="session")
def caller(machine, kaisa):
    """A client of the interface that may ask for the list of customers."""
    kaisa.press(RIGHTS, "customerlist.nv")
    made = Caller(machine)
    assert made.ask() == 204
    return made


@pytest.fixture
def say(request, capfd):
    """Return a function that shows a line of figures, whatever is hidden of what tests print."""

    def say(line):
        with capfd.disabled():
            request.config.get_terminal_writer().line(f"\n{line}")

    return say
